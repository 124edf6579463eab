import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionEntries } from '../../infra/bundles.ts'
import { root } from '../../infra/paths.ts'

const ROOMS = ['schemas', 'producers', 'consumers', 'workflows', 'infra']
const sources = globSync(
  ROOMS.map((room) => `${room}/**/*.{ts,tsx,mjs,js}`),
  { cwd: root },
).sort()

interface Import {
  readonly file: string
  /** A path relative to the repository, or a package as it is written. */
  readonly target: string
}

const IMPORT =
  /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

const importsOf = (file: string): readonly Import[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map((found) => {
    const target = found[1] ?? found[2] ?? found[3] ?? ''
    return { file, target: target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target }
  })

const imports = sources.flatMap(importsOf)

/** The imports of the files that `from` matches which `allowed` does not. */
const breaches = (from: RegExp, allowed: (target: string, file: string) => boolean): readonly string[] =>
  imports
    .filter(({ file, target }) => from.test(file) && !allowed(target, file))
    .map(({ file, target }) => `${file} imports ${target}`)

/** Every file that one reaches from these by static and lazy imports. */
function reachable(files: readonly string[]): ReadonlySet<string> {
  const found = new Set(files)
  for (const file of found) {
    for (const { target } of existsSync(join(root, file)) ? importsOf(file) : []) found.add(target)
  }
  return found
}

it('reads imports of every kind', () => {
  expect(imports).toContainEqual({ file: 'schemas/event.ts', target: 'zod' })
  expect(imports).toContainEqual({ file: 'producers/register.ts', target: 'schemas/registrations.ts' })
  expect(imports).toContainEqual({ file: 'infra/runtime/consume.ts', target: '@aws-sdk/client-sqs' })
  expect(imports).toContainEqual({ file: 'infra/constructs/deployment.ts', target: 'infra/settings.ts' })
})

describe('arrows point one way', () => {
  it('schemas import zod and each other', () => {
    expect(breaches(/^schemas\//, (target) => target === 'zod' || target.startsWith('schemas/'))).toEqual([])
  })

  it('a producer imports no consumer and no workflow', () => {
    expect(breaches(/^producers\//, (target) => !/^(consumers|workflows)\//.test(target))).toEqual([])
  })

  it('a consumer imports no producer, no workflow and no other consumer', () => {
    const own = (file: string) => file.split('/').slice(0, 2).join('/')
    expect(
      breaches(
        /^consumers\//,
        (target, file) =>
          !/^(producers|workflows)\//.test(target) && (!target.startsWith('consumers/') || own(target) === own(file)),
      ),
    ).toEqual([])
  })

  it('a workflow imports no producer, no consumer and no other workflow', () => {
    const own = (file: string) => file.split('/').slice(0, 2).join('/')
    expect(
      breaches(
        /^workflows\//,
        (target, file) =>
          !/^(producers|consumers)\//.test(target) && (!target.startsWith('workflows/') || own(target) === own(file)),
      ),
    ).toEqual([])
  })

  it('the local cloud imports nothing of the application', () => {
    const application = /^(schemas|producers|consumers|workflows|infra\/(runtime|core|constructs))\//
    expect(breaches(/^infra\/local\//, (target) => !application.test(target))).toEqual([])
  })
})

it('what runs on Lambda never meets the CDK', () => {
  const all = [...reachable(functionEntries().map(({ path }) => path))]
  expect(all).toContain('infra/runtime/emit.ts')
  expect(
    all.filter((target) => /^(aws-cdk-lib|constructs)($|\/)|^infra\/(?!runtime\/|names\.ts$)/.test(target)),
  ).toEqual([])
})

const DECLARATIONS = ['consumers/*/{consumer,infrastructure}.ts', 'workflows/*/{workflow,definition}.ts']

it('the CDK app never meets what runs on Lambda', () => {
  const app = [...reachable(['infra/app.ts', ...globSync(DECLARATIONS, { cwd: root })])]
  expect(app).toContain('aws-cdk-lib')
  expect(app.filter((target) => target.startsWith('infra/runtime/')).sort()).toEqual([
    'infra/runtime/consumer.ts',
    'infra/runtime/workflow.ts',
  ])
})
