import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'

export interface TemplateResource {
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly dependsOn: readonly string[]
}

export interface Stack {
  readonly name: string
  readonly resources: ReadonlyMap<string, TemplateResource>
  readonly outputs: ReadonlyMap<string, { readonly value: unknown; readonly exportName: unknown }>
}

/** What `cdk deploy` would upload. */
export interface Assembly {
  readonly stacks: readonly Stack[]
  /** The folder or file behind an asset's object key (`<hash>.zip`), or `undefined`. */
  readonly assetPath: (objectKey: string) => string | undefined
}

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
})
const Properties = z.record(z.string(), z.unknown())
const Template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: Properties.default({}),
      Metadata: Properties.default({}),
      DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
    }),
  ),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
})
const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
})

/** Reads the cloud assembly in `folder`. Throws if it is not one. */
export function readAssembly(folder: string): Assembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const { artifacts } = Manifest.parse(read('manifest.json'))
  const stacks: Stack[] = []
  const assets = new Map<string, string>()
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack' && properties?.templateFile) {
      stacks.push(toStack(properties.stackName ?? id, Template.parse(read(properties.templateFile))))
    }
    if (type === 'cdk:asset-manifest' && properties?.file) {
      for (const { source, destinations } of Object.values(Assets.parse(read(properties.file)).files)) {
        for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(folder, source.path))
      }
    }
  }
  return { stacks, assetPath: (objectKey) => assets.get(objectKey) }
}

function toStack(name: string, template: z.output<typeof Template>): Stack {
  const resources = Object.entries(template.Resources).map(
    ([id, { Type, Properties, Metadata, DependsOn }]) =>
      [id, { type: Type, properties: Properties, metadata: Metadata, dependsOn: DependsOn }] as const,
  )
  const outputs = Object.entries(template.Outputs).map(
    ([id, { Value, Export }]) => [id, { value: Value, exportName: Export?.Name }] as const,
  )
  return { name, resources: new Map(resources), outputs: new Map(outputs) }
}
