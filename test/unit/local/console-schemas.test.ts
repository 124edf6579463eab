import { expect, onTestFinished, test } from 'vitest'
import { schemaRoutes } from '../../../infra/local/console/routes/schemas.ts'
import { createSchemaRegistry } from '../../../infra/local/engines/schemas.ts'
import { startConsole } from '../../support/console.ts'
import { cloudContext, provision } from './cloud-context.ts'
import { addRule, put, running } from './eventbridge-bus.ts'

const content = (...fields: readonly string[]) => ({
  type: 'object',
  properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
})

async function start() {
  const schemaRegistry = createSchemaRegistry(cloudContext())
  const { client, eventBridge } = await running()
  const keep = (SchemaName: string, ...fields: readonly string[]) =>
    provision(schemaRegistry, 'AWS::EventSchemas::Schema', {
      RegistryName: 'shop',
      SchemaName,
      Type: 'JSONSchemaDraft4',
      Content: JSON.stringify(content(...fields)),
    })
  await provision(schemaRegistry, 'AWS::EventSchemas::Registry', { RegistryName: 'shop' })
  await keep('test@Tested', 'a')
  await keep('test@Tested', 'a', 'b')
  await keep('test@Another', 'a')
  const site = await startConsole(...schemaRoutes({ schemaRegistry, eventBridge }))
  onTestFinished(site.stop)
  return { site, client }
}

test('registries have their schemas in order', async () => {
  const { site } = await start()
  expect(await site.getJson('/_console/api/schemas')).toEqual([
    {
      name: 'shop',
      schemas: [
        { name: 'test@Another', versions: 1 },
        { name: 'test@Tested', versions: 2 },
      ],
    },
  ])
})

test('a schema is told with its versions, who takes such events, and the last one', async () => {
  const { site, client } = await start()
  const path = '/_console/api/schemas/shop/test%40Tested'
  expect(await site.getJson(path)).toEqual({
    name: 'test@Tested',
    versions: [
      { version: 1, type: 'JSONSchemaDraft4', createdAt: expect.any(Number), content: content('a') },
      { version: 2, type: 'JSONSchemaDraft4', createdAt: expect.any(Number), content: content('a', 'b') },
    ],
    consumers: [],
  })
  await addRule(client, 'work', {})
  await put(client, { n: 1 })
  const id = await put(client, { n: 2 })
  await put(client, { n: 3 }, { Source: 'elsewhere' })
  expect(await site.getJson(path)).toMatchObject({
    consumers: [{ name: 'work', isEnabled: true }],
    lastEvent: { id, detail: { n: 2 } },
  })
})

test('one that there is not is said', async () => {
  const { site } = await start()
  for (const path of ['shop/nothing', 'nowhere/test%40Tested'])
    expect(await site.get(`/_console/api/schemas/${path}`)).toMatchObject({ status: 404 })
})
