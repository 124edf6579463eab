import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { provision } from '../../../infra/local/assembly/provision.ts'
import { readAssembly } from '../../../infra/local/assembly/read.ts'
import { type Resource, resourceType } from '../../../infra/local/engines/engine.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { cloudContext, temporaryFolder } from './cloud-context.ts'

type Template = Readonly<Record<string, object>>

/** Writes an assembly as `cdk synth` does, one stack per template, and provisions it; answers what was provisioned. */
async function run(templates: Readonly<Record<string, Template>>) {
  const folder = temporaryFolder()
  const write = (file: string, content: unknown) => writeFileSync(join(folder, file), JSON.stringify(content))
  const artifacts = Object.keys(templates).map((name) => [
    name,
    { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
  ])
  write('manifest.json', {
    version: '48.0.0',
    artifacts: { Tree: { type: 'cdk:tree' }, ...Object.fromEntries(artifacts) },
  })
  for (const [name, template] of Object.entries(templates)) write(`${name}.template.json`, template)

  const provisioned: Resource[] = []
  const thing = resourceType({
    properties: z.strictObject({
      Name: z.string().optional(),
      Uses: z.unknown().optional(),
      Count: z.coerce.number().optional(),
      Deep: z.strictObject({ Known: z.unknown().optional() }).optional(),
    }),
    provision: async (resource) => {
      // Real engines take their time: whoever refers to this must wait.
      await new Promise((resolve) => setImmediate(resolve))
      provisioned.push(resource)
      return { ref: `ref-${resource.logicalId}`, attributes: { Arn: `arn-${resource.logicalId}` } }
    },
  })
  const engine = { resources: { 'AWS::Test::Thing': thing, 'Custom::Thing': thing } }
  const context = cloudContext(folder, { siteUrl: 'http://localhost:3000' })
  const stacks = await provision(readAssembly(folder), [engine], context)
  const outputs = stacks.flatMap((stack) => stack.outputs.map(({ name, value }) => [name, value]))
  return { provisioned, stacks, outputs, names: provisioned.map(({ stack, logicalId }) => `${stack}/${logicalId}`) }
}
const thing = (Properties: object = {}, more: object = {}) => ({ Type: 'AWS::Test::Thing', Properties, ...more })
const ref = (Ref: string) => ({ Ref })
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

describe('the order', () => {
  test('is that each comes after what it refers to, once', async () => {
    const { names, provisioned } = await run({
      core: {
        Resources: {
          A: thing({ Uses: [ref('C'), arn('B')] }),
          B: thing({ Uses: ref('C') }),
          C: thing(),
          D: thing({}, { DependsOn: 'E' }),
          E: thing({}, { DependsOn: ['B', 'C'] }),
        },
      },
    })
    expect([...names].sort()).toEqual(['core/A', 'core/B', 'core/C', 'core/D', 'core/E'])
    const position = (id: string) => names.indexOf(`core/${id}`)
    for (const [first, then] of ['CB', 'BA', 'CA', 'ED', 'BE', 'CE'])
      expect(position(first ?? '')).toBeLessThan(position(then ?? ''))
    expect(provisioned.find(({ logicalId }) => logicalId === 'A')?.properties).toEqual({ Uses: ['ref-C', 'arn-B'] })
  })

  test.each<[string, Template]>([
    ['two that refer to each other', { A: thing({ Uses: ref('B') }), B: thing({ Uses: ref('A') }) }],
    ['one that refers to itself', { A: thing({ Uses: arn('A') }) }],
    ['a circle by DependsOn', { A: thing({}, { DependsOn: 'B' }), B: thing({ Uses: ref('A') }) }],
    [
      'a circle that two ways lead into',
      {
        A: thing({ Uses: [ref('B'), ref('C')] }),
        B: thing({ Name: 'b', Uses: ref('C') }),
        C: thing({ Name: 'c', Uses: ref('B') }),
      },
    ],
  ])('can not be found for %s, which is told at once', async (_, Resources) => {
    await expect(run({ core: { Resources } })).rejects.toThrow(/^Circular reference: core\/\w( → core\/\w)+$/)
  })

  test('leads through other stacks', async () => {
    const { names, provisioned, stacks } = await run({
      consumer: {
        Resources: {
          Reader: thing({
            Uses: {
              imported: { 'Fn::ImportValue': 'core:Table' },
              output: { 'Fn::GetStackOutput': { StackName: 'core', OutputName: 'Bus' } },
            },
          }),
        },
      },
      core: {
        Resources: { Table: thing(), Bus: thing() },
        Outputs: {
          Table: { Value: arn('Table'), Export: { Name: { 'Fn::Join': [':', [ref('AWS::StackName'), 'Table']] } } },
          Bus: { Value: ref('Bus') },
        },
      },
    })
    expect(names.at(-1)).toBe('consumer/Reader')
    expect(provisioned.at(-1)?.properties).toEqual({ Uses: { imported: 'arn-Table', output: 'ref-Bus' } })
    expect(stacks).toMatchObject([
      { name: 'consumer', resources: [{ logicalId: 'Reader', type: 'AWS::Test::Thing', physicalId: 'ref-Reader' }] },
      {
        name: 'core',
        id: 'arn:aws:cloudformation:us-east-1:000000000000:stack/core/local',
        outputs: [
          { name: 'Table', value: 'arn-Table', exportName: 'core:Table' },
          { name: 'Bus', value: 'ref-Bus' },
        ],
      },
    ])
  })
})

describe('one sentence refuses', () => {
  test.each<[string, Template, string]>([
    [
      'types that no engine has, all at once',
      { A: { Type: 'AWS::New::Thing' }, B: thing(), C: { Type: 'AWS::Other::Thing' } },
      'Not supported locally: AWS::New::Thing (core/A), AWS::Other::Thing (core/C)',
    ],
    ['a property', { A: thing({ Colour: 'red' }) }, 'AWS::Test::Thing property Colour is not supported locally'],
    [
      'properties within one',
      { A: thing({ Deep: { Colour: 1, Size: 2, Known: 3 } }) },
      'AWS::Test::Thing property Deep.Colour, Deep.Size is not supported locally',
    ],
    [
      'a value',
      { A: thing({ Name: ['a'] }) },
      'AWS::Test::Thing property Name is not supported locally as it is: Invalid input: expected string, received array',
    ],
    [
      'an attribute',
      { A: thing({ Uses: { 'Fn::GetAtt': ['B', 'Colour'] } }), B: thing() },
      'AWS::Test::Thing attribute Colour is not supported locally (B)',
    ],
  ])('%s', async (_, Resources, message) => {
    await expect(run({ core: { Resources } })).rejects.toThrow(new Mistake(message))
  })

  test.each<[string, object, string]>([
    ['a resource', ref('Nobody'), 'core refers to Nobody, which it does not have'],
    ['an export', { 'Fn::ImportValue': 'nobody' }, 'No stack exports nobody'],
    [
      'another stack',
      { 'Fn::GetStackOutput': { StackName: 'nobody', OutputName: 'Bus' } },
      'There is no output nobody/Bus',
    ],
    ['an output', { 'Fn::GetStackOutput': { StackName: 'core', OutputName: 'Bus' } }, 'There is no output core/Bus'],
  ])('a reference to %s that there is not', async (_, Uses, message) => {
    await expect(run({ core: { Resources: { A: thing({ Uses }) } } })).rejects.toThrow(message)
  })
})

describe('a custom resource', () => {
  test('is done by its type; the function that does it on AWS is left out with its layer', async () => {
    const { names, provisioned } = await run({
      core: {
        Resources: {
          Handler: { Type: 'AWS::Lambda::Function', Properties: { Layers: [ref('Layer')] } },
          Layer: { Type: 'AWS::Lambda::LayerVersion' },
          Log: thing({ Name: { 'Fn::Join': ['', ['/aws/lambda/', ref('Handler')]] } }),
          Job: {
            Type: 'Custom::Thing',
            Properties: { ServiceToken: arn('Handler'), Name: 'job' },
            DependsOn: ['Handler'],
          },
        },
      },
    })
    expect(names.sort()).toEqual(['core/Job', 'core/Log'])
    expect(new Set(provisioned.map(({ properties }) => properties.Name))).toEqual(
      new Set(['/aws/lambda/Handler', 'job']),
    )
  })
})

describe('addresses of the site', () => {
  test('are of http here, and those of others stay as they are', async () => {
    const { provisioned, outputs } = await run({
      core: {
        Resources: {
          A: thing({
            Name: 'https://localhost:3000/a https://localhost:30001',
            Uses: [{ at: 'https://localhost:3000' }, 'https://example.com'],
          }),
        },
        Outputs: { Site: { Value: 'https://localhost:3000/' } },
      },
    })
    expect(provisioned[0]?.properties).toEqual({
      Name: 'http://localhost:3000/a https://localhost:30001',
      Uses: [{ at: 'http://localhost:3000' }, 'https://example.com'],
    })
    expect(outputs).toEqual([['Site', 'http://localhost:3000/']])
  })
})

describe('an assembly', () => {
  test('tells where the files of an asset are', () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({
        artifacts: { Assets: { type: 'cdk:asset-manifest', properties: { file: 'core.assets.json' } } },
      }),
    )
    const files = { abc: { source: { path: '../functions/job' }, destinations: { here: { objectKey: 'abc.zip' } } } }
    writeFileSync(join(folder, 'core.assets.json'), JSON.stringify({ files }))
    const { stacks, assetPath } = readAssembly(folder)
    expect(stacks).toEqual([])
    expect(assetPath('abc.zip')).toBe(join(folder, '../functions/job'))
    expect(assetPath('other.zip')).toBeUndefined()
  })

  test('hands over metadata, and goes by the stack’s name', async () => {
    const { provisioned } = await run({ core: { Resources: { A: thing({ Count: '3' }, { Metadata: { hint: 1 } }) } } })
    expect(provisioned).toMatchObject([
      { stack: 'core', logicalId: 'A', metadata: { hint: 1 }, properties: { Count: 3 } },
    ])
  })
})
