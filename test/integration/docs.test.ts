import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { routes } from '../../infra/contracts.ts'
import { curlOf, LOCAL_SITE } from '../../infra/docs/curl.ts'
import { copyCheckout } from '../support/checkout.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'

const Schema = z.record(z.string(), z.unknown())
const Content = z.record(z.string(), z.object({ schema: Schema }))
const Operation = z.looseObject({
  responses: z.record(z.string(), z.looseObject({ content: Content.default({}), headers: Schema.default({}) })),
})
const OpenApi = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), Schema) }),
})

let cloud: RunningCloud
let document: z.infer<typeof OpenApi>
beforeAll(async () => {
  cloud = await startCloud(newStateDir())
  document = OpenApi.parse(await (await fetch(`${cloud.siteUrl}/docs/openapi.json`)).json())
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(cloud.stateDir)
})

const reach = (path: string, init: RequestInit = {}) => fetch(cloud.siteUrl + path, { redirect: 'manual', ...init })

/** Fails unless the answer is as the document says; answers its status. */
async function mustConform(route: (typeof routes)[number], answer: Response): Promise<number> {
  const declared = document.paths[route.path]?.[route.method.toLowerCase()]?.responses[answer.status]
  expect(declared, `${route.method} ${route.path} answered ${answer.status}`).toBeDefined()
  for (const header of Object.keys(declared?.headers ?? {})) expect(answer.headers.has(header), header).toBe(true)
  const body = await answer.text()
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  if (!declared || Object.keys(declared.content).length === 0) expect(body).toBe('')
  else expect(Object.keys(declared.content)).toContain(type)
  if (type.endsWith('json')) {
    const schema = { ...declared?.content[type]?.schema, components: document.components }
    z.fromJSONSchema(inlined(schema)).parse(JSON.parse(body))
  }
  return answer.status
}

/** The one schema that is referred to. */
const inlined = (schema: Readonly<Record<string, unknown>>) =>
  schema.$ref === '#/components/schemas/Problem' ? (document.components.schemas.Problem ?? {}) : schema

const withPath = routes.filter(({ path }) => path.startsWith('/'))
const pathOf = ({ path, params = {} }: (typeof routes)[number]) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => params[name]?.example ?? '')

describe.each(withPath.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { method, example, auth } = route
  const headers = { 'content-type': 'application/json' }
  const call = (body: unknown) =>
    reach(pathOf(route), { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) })

  test('answers its example as the document says', async () => {
    const status = await mustConform(route, await call(example))
    if (auth) expect(status).toBe(401)
  })

  test('answers what is wrong as the document says', async () => {
    if (example === undefined) return
    expect(await mustConform(route, await call({}))).toBe(auth ? 401 : 400)
    const media = await reach(pathOf(route), { method, headers: { 'content-type': 'text/plain' }, body: 'x' })
    expect(await mustConform(route, media)).toBe(auth ? 401 : 415)
  })

  test('is called by the command that the page shows', async () => {
    const command = curlOf(route).replace(LOCAL_SITE, cloud.siteUrl)
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} -s -o /dev/null -w '%{http_code}'`])
    expect(document.paths[route.path]?.[method.toLowerCase()]?.responses).toHaveProperty(stdout)
  })
})

test('a registration, from the form to its record, is answered as the document says', async () => {
  const [register, getRegistration] = ['register', 'get-registration'].map((name) => {
    const route = routes.find((each) => each.name === name)
    if (!route) throw new Error(`There is no route ${name}`)
    return route
  })
  if (!register || !getRegistration) throw new Error('There are no such routes')
  const form = new URLSearchParams({ name: 'Ada', email: 'ada@example.com' })
  expect(await mustConform(register, await reach('/api/register', { method: 'POST', body: form }))).toBe(303)
  const json = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(register.example),
  }
  const answer = await reach('/api/register', json)
  const { registrationId } = z.object({ registrationId: z.uuid() }).parse(await answer.clone().json())
  expect(await mustConform(register, answer)).toBe(202)
  const path = getRegistration.path.replace('{id}', registrationId)
  await until(async () => expect(await mustConform(getRegistration, await reach(path))).toBe(200))
})

describe('the site has', () => {
  test.each([
    ['/docs/', 'text/html'],
    ['/docs/api/', 'text/html'],
    ['/docs/events/', 'text/html'],
    ['/docs/openapi.json', 'application/json'],
    ['/docs/asyncapi.json', 'application/json'],
  ])('%s', async (path, type) => {
    const answer = await reach(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain(type)
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(answer.headers.get('cache-control')).toContain('must-revalidate')
    const assets = [...(await answer.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)]
    for (const [, asset = ''] of assets) {
      const loaded = await reach(asset)
      expect([loaded.status, loaded.headers.get('cache-control')]).toEqual([200, expect.stringContaining('immutable')])
    }
  })

  test('a way to its documentation', async () => {
    expect(await reach('/docs')).toMatchObject({ status: 301 })
    expect(await (await reach('/')).text()).toContain('href="/docs/"')
  })
})

test('the next start tells of a consumer that was added, and writes nothing where nothing changed', async () => {
  const checkout = copyCheckout()
  try {
    const read = (file: string) => readFileSync(join(checkout.root, '.build/docs', file), 'utf8')
    const build = () => checkout.run(process.execPath, ['infra/build.ts'])
    expect((await build()).stdout).toContain('Writing the documentation')
    expect((await build()).stdout).not.toContain('documentation')
    await checkout.run(process.execPath, ['infra/commands/new-consumer.ts', 'made-in-a-test', 'RegistrationConfirmed'])
    expect((await build()).stdout).toContain('Writing the documentation')
    expect(read('docs/events/index.html')).toContain('href="/docs/#made-in-a-test"')
    expect(read('docs/asyncapi.json')).toContain('made-in-a-test.receives')
  } finally {
    checkout.remove()
  }
}, 120_000)
