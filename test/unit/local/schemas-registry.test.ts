import {
  DeleteSchemaCommand,
  DescribeSchemaCommand,
  ExportSchemaCommand,
  ListRegistriesCommand,
  ListSchemasCommand,
  ListSchemaVersionsCommand,
  SchemasClient,
  SearchSchemasCommand,
} from '@aws-sdk/client-schemas'
import { expect, onTestFinished, test } from 'vitest'
import { createSchemaRegistry } from '../../../infra/local/engines/schemas.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const RegistryName = 'shop'
const SchemaName = 'shop.orders@OrderPlaced'
const arn = (rest: string) => `arn:aws:schemas:us-east-1:000000000000:${rest}`
const contentOf = (...fields: readonly string[]) =>
  JSON.stringify({
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
  })

async function start(stateDir: string, ...schemas: readonly object[]) {
  const engine = createSchemaRegistry(cloudContext(stateDir))
  await provision(engine, 'AWS::EventSchemas::Registry', { RegistryName, Description: 'The shop' })
  for (const schema of schemas) await provision(engine, 'AWS::EventSchemas::Schema', schemaOf(schema))
  const client = new SchemasClient(await awsEndpoint(engine))
  onTestFinished(() => client.destroy())
  return { engine, client }
}

const schemaOf = (properties: object = {}) => ({
  RegistryName,
  SchemaName,
  Type: 'JSONSchemaDraft4',
  Content: contentOf('orderId'),
  ...properties,
})

test('resources answer Ref and GetAtt as CloudFormation does', async () => {
  const { engine } = await start(temporaryFolder())
  expect(await provision(engine, 'AWS::EventSchemas::Registry', { RegistryName: 'other' })).toEqual({
    ref: arn('registry/other'),
    attributes: { RegistryArn: arn('registry/other'), RegistryName: 'other' },
  })
  expect(await provision(engine, 'AWS::EventSchemas::Schema', schemaOf())).toMatchObject({
    ref: arn(`schema/shop/${SchemaName}`),
    attributes: { SchemaArn: arn(`schema/shop/${SchemaName}`), SchemaName, SchemaVersion: '1' },
  })
})

test('a registry lists its schemas, page by page', async () => {
  const { client } = await start(temporaryFolder(), { SchemaName: 'b' }, { SchemaName: 'a2' }, { SchemaName: 'a1' })
  expect((await client.send(new ListRegistriesCommand({}))).Registries).toMatchObject([
    { RegistryName, RegistryArn: arn('registry/shop') },
  ])
  expect((await client.send(new ListRegistriesCommand({ Scope: 'AWS' }))).Registries).toEqual([])
  expect((await client.send(new ListRegistriesCommand({ RegistryNamePrefix: 'x' }))).Registries).toEqual([])

  const list = async (input: object) => {
    const { Schemas, NextToken } = await client.send(new ListSchemasCommand({ RegistryName, ...input }))
    return { names: Schemas?.map((schema) => schema.SchemaName), NextToken }
  }
  expect(await list({})).toEqual({ names: ['a1', 'a2', 'b'] })
  expect(await list({ SchemaNamePrefix: 'a' })).toEqual({ names: ['a1', 'a2'] })
  const first = await list({ Limit: 2 })
  expect(first).toEqual({ names: ['a1', 'a2'], NextToken: expect.any(String) })
  expect(await list({ Limit: 2, NextToken: first.NextToken })).toEqual({ names: ['b'] })
  await expect(list({ NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'BadRequestException' })
  expect((await client.send(new ListSchemasCommand({ RegistryName }))).Schemas?.[0]).toMatchObject({
    SchemaArn: arn('schema/shop/a1'),
    LastModified: expect.any(Date),
    VersionCount: 1,
  })
})

test('changed content makes the next version, over restarts', async () => {
  const stateDir = temporaryFolder()
  const first = contentOf('orderId')
  const second = contentOf('orderId', 'amount')
  await start(stateDir, { Content: first })
  await start(stateDir, { Content: first })
  const { client } = await start(stateDir, { Content: second, Description: 'An order' })

  const { SchemaVersions } = await client.send(new ListSchemaVersionsCommand({ RegistryName, SchemaName }))
  expect(SchemaVersions).toMatchObject([
    { SchemaName, SchemaVersion: '1', Type: 'JSONSchemaDraft4' },
    { SchemaName, SchemaVersion: '2' },
  ])
  const describe = (input: object = {}) =>
    client.send(new DescribeSchemaCommand({ RegistryName, SchemaName, ...input }))
  expect(await describe()).toMatchObject({
    SchemaName,
    SchemaArn: arn(`schema/shop/${SchemaName}`),
    SchemaVersion: '2',
    Description: 'An order',
    Type: 'JSONSchemaDraft4',
    Content: second,
    LastModified: expect.any(Date),
    VersionCreatedDate: expect.any(Date),
  })
  expect(await describe({ SchemaVersion: '1' })).toMatchObject({ SchemaVersion: '1', Content: first })
  await expect(describe({ SchemaVersion: '3' })).rejects.toMatchObject({ name: 'NotFoundException' })
})

test('search finds words in names and in contents', async () => {
  const stateDir = temporaryFolder()
  await start(stateDir, { Content: contentOf('colour') })
  const { client } = await start(stateDir, {}, { SchemaName: 'shop.parcels@ParcelSent' })
  const search = async (Keywords: string) => {
    const { Schemas } = await client.send(new SearchSchemasCommand({ RegistryName, Keywords }))
    return Schemas?.map((found) => [found.SchemaName, found.SchemaVersions?.map((version) => version.SchemaVersion)])
  }
  expect(await search('orderplaced')).toEqual([[SchemaName, ['1', '2']]])
  expect(await search('OrderPlaced colour')).toEqual([[SchemaName, ['1']]])
  expect(await search('parcel orderId')).toEqual([['shop.parcels@ParcelSent', ['1']]])
  expect(await search('nothing')).toEqual([])
})

test('an OpenAPI schema is exported as JSON schema, a JSON schema as it is', async () => {
  const event = { type: 'object', properties: { detail: { $ref: '#/components/schemas/OrderPlaced' } } }
  const order = { type: 'object', properties: { orderId: { type: 'string' } } }
  const Content = JSON.stringify({ openapi: '3.0.0', components: { schemas: { AWSEvent: event, OrderPlaced: order } } })
  const { client } = await start(temporaryFolder(), {}, { SchemaName: 'x@OrderPlaced', Type: 'OpenApi3', Content })
  const exported = async (name: string, Type = 'JSONSchemaDraft4') =>
    (await client.send(new ExportSchemaCommand({ RegistryName, SchemaName: name, Type }))).Content ?? ''
  expect(await exported(SchemaName)).toBe(contentOf('orderId'))
  expect(JSON.parse(await exported('x@OrderPlaced'))).toEqual({
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: 'OrderPlaced',
    definitions: { OrderPlaced: order },
    type: 'object',
    properties: { detail: { $ref: '#/definitions/OrderPlaced' } },
  })
  await expect(exported(SchemaName, 'OpenApi3')).rejects.toMatchObject({ name: 'BadRequestException' })
})

test('what is not there is not found, and what it cannot do is not known', async () => {
  const { client, engine } = await start(temporaryFolder(), {})
  await expect(client.send(new ListSchemasCommand({ RegistryName: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Registry with name x does not exist.',
  })
  await expect(client.send(new DescribeSchemaCommand({ RegistryName, SchemaName: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Schema with name x does not exist.',
  })
  await expect(client.send(new DeleteSchemaCommand({ RegistryName, SchemaName }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  })
  await expect(provision(engine, 'AWS::EventSchemas::Schema', schemaOf({ Content: '{' }))).rejects.toThrow(
    'not valid JSON',
  )
  await expect(provision(engine, 'AWS::EventSchemas::Schema', schemaOf({ RegistryName: 'x' }))).rejects.toThrow(
    'Registry with name x',
  )
})
