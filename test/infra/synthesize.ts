import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { App } from 'aws-cdk-lib'
import * as z from 'zod'
import { type AppOptions, createApp } from '../../infra/app.ts'
import { functionEntries } from '../../infra/bundles.ts'

const Properties = z.record(z.string(), z.unknown())
const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: Properties.default({}) }).loose()),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
})

interface Resource {
  readonly id: string
  readonly type: string
  /** Intrinsics are written out, e.g. `<Queue4A7E3555.Arn>`. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly deletionPolicy: unknown
}

export interface StackTemplate {
  readonly resources: readonly Resource[]
  readonly outputs: Readonly<Record<string, unknown>>
  /** The only resource of its type. */
  readonly one: (type: string) => Resource
  readonly all: (type: string) => readonly Resource[]
}

const SITE = ['site/index.html', 'site/confirmed.html', 'site/404.html', 'docs/docs/index.html']

/** The app over a build folder that holds a file of each name, with its name in it, and nothing else. */
export async function withApp<Result>(
  options: Pick<AppOptions, 'context' | 'validation' | 'deploying'>,
  use: (app: App) => Result | Promise<Result>,
): Promise<Result> {
  const buildDir = mkdtempSync(join(tmpdir(), 'ensemble-infra-'))
  try {
    const bundles = functionEntries().map(({ name }) => `functions/${name}/index.js`)
    for (const file of [...bundles, ...SITE]) {
      mkdirSync(dirname(join(buildDir, file)), { recursive: true })
      writeFileSync(join(buildDir, file), file)
    }
    const context = { 'aws:cdk:disable-asset-staging': true, stage: 'test', ...options.context }
    return await use(await createApp({ ...options, context, buildDir, outdir: join(buildDir, 'cloud') }))
  } finally {
    rmSync(buildDir, { recursive: true })
  }
}

/** The template of every stack, by its name. */
export const synthesize = (context: Readonly<Record<string, unknown>> = {}) =>
  withApp(
    { context },
    (app) => new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, read(template)])),
  )

function read(template: unknown): StackTemplate {
  const { Resources, Outputs } = Template.parse(template)
  const resources = Object.entries(Resources).map(([id, { Type: type, Properties: properties, ...rest }]) => ({
    id,
    type,
    properties: Properties.parse(written(properties)),
    deletionPolicy: rest.DeletionPolicy,
  }))
  const all = (type: string) => resources.filter((resource) => resource.type === type)
  return {
    resources,
    outputs: Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, written(Value)])),
    all,
    one: (type) => {
      const [only, ...others] = all(type)
      if (!only || others.length > 0) throw new Error(`There are ${others.length + (only ? 1 : 0)} of ${type}`)
      return only
    },
  }
}

/** Intrinsic functions as text, so that an ARN can be compared as one. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[name, argument] = []] = entries
  if (name === 'Ref') return `<${argument}>`
  if (name === 'Fn::Sub') return argument
  if (name === 'Fn::GetAtt') return `<${z.array(z.string()).parse(argument).join('.')}>`
  if (name === 'Fn::Join') {
    const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument)
    return parts.map((part) => String(written(part))).join(separator)
  }
  if (name === 'Fn::GetStackOutput') {
    const { StackName, OutputName } = z.object({ StackName: z.string(), OutputName: z.string() }).parse(argument)
    return `<${StackName}:${OutputName}>`
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, written(item)]))
}
