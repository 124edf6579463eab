import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type BuildOptions,
  type BuildResult,
  build,
  context,
  formatMessages,
  type Message,
  type OutputFile,
} from 'esbuild'
import * as z from 'zod'
import { Mistake } from './mistake.ts'
import { BUILD_DIR, root } from './paths.ts'

/** One Lambda function to be: a file that exports `handler`. */
export interface FunctionEntry {
  /** Without the stage: the name of the file, or of the folder where the file is `handler.ts`. */
  readonly name: string
  /** Relative to the repository, e.g. `consumers/notify-owner/handler.ts`. */
  readonly path: string
}

const HANDLER = /^export (const|function|async function) handler\b/m

/** Every function of the app. Nobody lists them: exporting `handler` is what makes a file one. */
export function functionEntries(): readonly FunctionEntry[] {
  const files = globSync(['producers/*.ts', 'consumers/*/*.ts'], { cwd: root }).sort()
  const entries = files
    .filter((path) => HANDLER.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => ({ name: basename(path) === 'handler.ts' ? basename(dirname(path)) : basename(path, '.ts'), path }))
  const byName = Object.groupBy(entries, ({ name }) => name)
  for (const [name, same = []] of Object.entries(byName)) {
    if (same.length > 1)
      throw new Mistake(`Two functions are named ${name}: ${same.map(({ path }) => path).join(', ')}.`)
  }
  return entries
}

/** The folder that is uploaded for a function. */
export const bundleOf = (name: string, buildDir: string): string => join(buildDir, 'functions', name)

const options = (entries: readonly FunctionEntry[], buildDir: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: entries.map(({ name, path }) => ({ in: path, out: `${name}/index` })),
  outdir: join(buildDir, 'functions'),
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS starts some 20 ms faster than ESM; the ES modules of packages that have both are a third smaller.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // On Lambda credentials come from the environment; the SDK's search through files and metadata servers costs 40 % of a
  // function's cold start.
  alias: {
    '@aws-sdk/credential-provider-node': fileURLToPath(import.meta.resolve('./runtime/environment-credentials.ts')),
  },
  metafile: true,
  logLevel: 'silent',
})

const Messages = z.array(z.custom<Message>((message) => typeof message === 'object' && message !== null))

interface Where {
  readonly entries?: readonly FunctionEntry[]
  readonly buildDir?: string
}

/**
 * Bundles every function with one call of esbuild, to `<buildDir>/functions/<name>/index.js`, and writes its metafile
 * beside them (`functions.json`), which tells what is in each and how large it is. Throws a `Mistake` if the code does
 * not build. https://esbuild.github.io/api/#build
 */
export async function buildFunctions({ entries = functionEntries(), buildDir = BUILD_DIR }: Where = {}): Promise<void> {
  await prepare(entries, buildDir)
  const problem = await settle(await build(options(entries, buildDir)).catch(failureOf), buildDir)
  if (problem) throw problem
}

/** Bundles the same functions again and again, each time only what has changed. */
export interface Rebuilder {
  /**
   * Answers the names of the functions whose bundles are other than before. Throws a `Mistake` if the code does not
   * build; all bundles are then as they were.
   */
  readonly rebuild: () => Promise<readonly string[]>
  readonly dispose: () => Promise<void>
}

/** As `buildFunctions`, for code that somebody is working on. https://esbuild.github.io/api/#rebuild */
export async function functionRebuilder({
  entries = functionEntries(),
  buildDir = BUILD_DIR,
}: Where = {}): Promise<Rebuilder> {
  await prepare(entries, buildDir)
  // Left to itself, a build that fails would delete the bundles of the one before.
  const building = await context({ ...options(entries, buildDir), write: false })
  const hashes = new Map<string, string>()
  return {
    async rebuild() {
      const result: Result = await building.rebuild().catch(failureOf)
      const problem = await settle(result, buildDir)
      if (problem) throw problem
      const changed = (result.outputFiles ?? []).filter(({ path, hash }) => hashes.get(path) !== hash)
      await Promise.all(changed.map(replace))
      for (const { path, hash } of changed) hashes.set(path, hash)
      return changed.map(({ path }) => basename(dirname(path)))
    },
    dispose: () => building.dispose(),
  }
}

/** In one step: somebody may be reading it. */
async function replace({ path, contents }: OutputFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, contents)
  await rename(`${path}.new`, path)
}

type Result = Pick<BuildResult, 'errors'> & Partial<Pick<BuildResult, 'metafile'>> & OutputFiles
interface OutputFiles {
  readonly outputFiles?: readonly OutputFile[] | undefined
}

/** esbuild throws what is wrong with the code as an error with a list; anything else is no mistake of the code's. */
function failureOf(error: unknown): Result {
  if (error instanceof Error && 'errors' in error) return { errors: Messages.parse(error.errors) }
  throw error
}

async function settle({ errors, metafile }: Result, buildDir: string): Promise<Mistake | undefined> {
  if (metafile) await writeFile(join(buildDir, 'functions.json'), JSON.stringify(metafile))
  if (errors.length === 0) return undefined
  const text = await formatMessages(errors, { kind: 'error' })
  return new Mistake(`The functions do not build:\n${text.join('').trimEnd()}`)
}

async function prepare(entries: readonly FunctionEntry[], buildDir: string): Promise<void> {
  const folder = join(buildDir, 'functions')
  await mkdir(folder, { recursive: true })
  // Lambda takes a lone index.js for CommonJS; so must the local cloud, below a package that says "module".
  await writeFile(join(buildDir, 'package.json'), '{ "type": "commonjs" }\n')
  const names = new Set(entries.map(({ name }) => name))
  const gone = (await readdir(folder)).filter((name) => !names.has(name))
  await Promise.all(gone.map((name) => rm(join(folder, name), { recursive: true })))
}

/** Throws a `Mistake` if something that the synthesis needs has not been built. */
export function mustBeBuilt(folder: string, what: string): string {
  if (!existsSync(folder)) throw new Mistake(`${what} is not built yet: there is no ${folder}.`)
  return folder
}
