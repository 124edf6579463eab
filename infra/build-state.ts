import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fingerprint } from './fingerprint.ts'
import { BUILD_DIR, root } from './paths.ts'

/** CDK context, as `-c key=value` gives it. */
export type Context = Readonly<Record<string, string>>

/** The files and folders that each part is made of; the assembly also of what is built before it. */
export const SOURCES = {
  functions: [
    'schemas',
    'consumers',
    'producers',
    'workflows',
    'infra/runtime',
    'infra/names.ts',
    'infra/bundles.ts',
    'package-lock.json',
  ],
  site: ['producers/site', 'schemas', 'package-lock.json'],
  docs: [
    'schemas',
    'consumers',
    'workflows',
    'producers/site',
    'infra/docs',
    'infra/mistake.ts',
    'infra/paths.ts',
    'infra/contracts.ts',
    'infra/pattern.ts',
    'infra/runtime',
    'infra/names.ts',
    'package.json',
    'package-lock.json',
  ],
  console: ['infra/local/console', 'package-lock.json'],
  assembly: [
    'infra/app.ts',
    'infra/settings.ts',
    'infra/mistake.ts',
    'infra/paths.ts',
    'infra/contracts.ts',
    'infra/pattern.ts',
    'infra/consumer-stack.ts',
    'infra/workflow-stack.ts',
    'infra/core',
    'infra/constructs',
    'infra/export-layout.ts',
  ],
} as const

/** One thing that is built: it is up to date while the stamp in its folder is the hash of what it is made of. */
export interface Part {
  readonly name: keyof typeof SOURCES
  readonly folder: string
  readonly stamp: string
}

/** The bundles of the functions. */
export const functionsPart = (): Part => ({
  name: 'functions',
  folder: join(BUILD_DIR, 'functions'),
  stamp: fingerprint(root, SOURCES.functions),
})

/** The parts in the order in which they are built. `assembly` is the folder for the synthesized app. */
export function parts(assembly: string, context: Context): readonly Part[] {
  const functions = functionsPart()
  const site = fingerprint(root, SOURCES.site)
  const docs = fingerprint(root, SOURCES.docs)
  return [
    functions,
    { name: 'site', folder: join(BUILD_DIR, 'site'), stamp: site },
    { name: 'docs', folder: join(BUILD_DIR, 'docs'), stamp: docs },
    { name: 'console', folder: join(BUILD_DIR, 'console'), stamp: fingerprint(root, SOURCES.console) },
    {
      name: 'assembly',
      folder: assembly,
      stamp: fingerprint(root, SOURCES.assembly, functions.stamp, site, docs, JSON.stringify(context)),
    },
  ]
}

// Beside the folder and not in it: the folder's content is what gets deployed.
const stampFile = ({ folder }: Part): string => `${folder}.stamp`

/** Whether its folder is there and was made of what there is now. */
export const isUpToDate = (part: Part): boolean =>
  existsSync(part.folder) && existsSync(stampFile(part)) && readFileSync(stampFile(part), 'utf8') === part.stamp

/** The next start builds it again. */
export const markOutOfDate = (part: Part): void => rmSync(stampFile(part), { force: true })

/** To be called once its folder is whole. */
export function markUpToDate(part: Part): void {
  mkdirSync(dirname(part.folder), { recursive: true })
  writeFileSync(stampFile(part), part.stamp)
}
