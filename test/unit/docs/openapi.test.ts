import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { contexts, routes } from '../../../infra/contracts.ts'
import { openapi } from '../../../infra/docs/openapi.ts'
import { takesBody } from '../../../infra/docs/routes.ts'
import * as shop from './shop.ts'

const plain = (document: object) => JSON.parse(JSON.stringify(document))

test.each([
  ['ours', contexts],
  ["a shop's", shop.contexts],
])('is valid OpenAPI 3.1: %s', async (_, given) => {
  expect(await new Validator().validate(plain(openapi(given)))).toEqual({ valid: true })
})

test('has every route, each where it is', () => {
  const { paths } = plain(openapi(contexts))
  for (const { name, method, path } of routes.filter((route) => route.method !== 'ANY')) {
    expect(paths[path]?.[method.toLowerCase()]?.operationId).toBe(
      name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    )
  }
  expect(Object.keys(paths)).not.toContain('$default')
})

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  test('has an example of its body that fits', () => {
    if (takesBody(route)) expect(route.body.parse(route.example)).toBeDefined()
    else expect(route.example).toBeUndefined()
  })

  test('has examples of its answers that fit', () => {
    for (const { body, example } of Object.values(route.responses)) {
      if (example !== undefined) expect(body?.parse(example)).toEqual(example)
    }
  })

  test('says what stands in the braces of its path', () => {
    const names = [...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name)
    expect(Object.keys(route.params ?? {})).toEqual(names)
  })
})

const of = (path: string, method: string) => plain(openapi(shop.contexts)).paths[path][method]

test('a form may be posted as browsers do, and a browser is answered with a page', () => {
  const { requestBody, responses } = plain(openapi(contexts)).paths['/api/register'].post
  expect(Object.keys(requestBody.content)).toEqual(['application/json', 'application/x-www-form-urlencoded'])
  expect(Object.keys(responses[400].content)).toEqual(['application/problem+json', 'text/html'])
  expect(responses[303].headers).toHaveProperty('location')
})

test('a route that emits takes an Idempotency-Key, and every one a correlation id', () => {
  const headers = (path: string, method: string) =>
    of(path, method).parameters.flatMap(({ $ref }: { $ref?: string }) => $ref?.split('/').at(-1) ?? [])
  expect(headers('/api/orders', 'post')).toEqual(['x-correlation-id', 'Idempotency-Key'])
  expect(headers('/api/orders', 'get')).toEqual(['x-correlation-id'])
})

test('a protected route says so, and no other', () => {
  expect(of('/api/orders', 'post')).toMatchObject({ security: [{ token: [] }], responses: { 401: expect.anything() } })
  expect(of('/api/orders/{id}', 'delete')).not.toHaveProperty('security')
  expect(of('/api/orders/{id}', 'delete').responses).not.toHaveProperty('401')
  expect(openapi(shop.contexts).components).toMatchObject({ securitySchemes: { token: { scheme: 'bearer' } } })
})

test('an old name says which is the new one', () => {
  expect(of('/api/get-orders', 'get')).toMatchObject({
    deprecated: true,
    description: 'Since 2027-01-15 its name is /api/orders.',
    responses: { 200: { headers: { deprecation: expect.anything(), link: expect.anything() } } },
  })
})

test('a query is described parameter by parameter', () => {
  expect(of('/api/orders', 'get').parameters.slice(0, 2)).toEqual([
    { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 } },
    { name: 'cursor', in: 'query', required: false, schema: { type: 'string' } },
  ])
})

test('an answer that is an error is a problem, whether it is declared or follows from the rest', () => {
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const { responses } = of('/api/orders/{id}', 'delete')
  expect(Object.keys(responses)).toEqual(['202', '400', '404', '429', '503'])
  expect(responses[400].content).toEqual(problem)
  expect(responses[404].content).toEqual(problem)
  expect(responses[202]).not.toHaveProperty('content')
})
