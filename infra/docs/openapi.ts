import * as z from 'zod'
import { RequestHeaders, type RouteContract } from '../../schemas/route.ts'
import { Problem } from '../../schemas/service.ts'
import type { Context } from '../contracts.ts'
import { about } from './about.ts'
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts'
import { errorsOf, isProblem, querySchemaOf, takesBody, takesIdempotencyKey } from './routes.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * The OpenAPI 3.1 document of every route but the one that takes what no other does, which has no path.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
export function openapi(contexts: readonly Context[]) {
  const routes = contexts.flatMap(({ name, routes }) => routes.map((route) => ({ tag: name, route })))
  const withPath = routes.filter(({ route: { path } }) => path.startsWith('/'))
  const paths = Object.entries(Object.groupBy(withPath, ({ route: { path } }) => path)).map(([path, same = []]) => [
    path,
    Object.fromEntries(same.map(({ tag, route }) => [route.method.toLowerCase(), operation(route, tag)])),
  ])
  return {
    openapi: '3.1.1',
    info: {
      ...about,
      title: 'Ensemble',
      description: 'Validates, emits events, and answers before they are consumed.',
    },
    servers: [{ url: '/', description: 'Where this document is.' }],
    tags: [...new Set(withPath.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: { Problem: jsonSchemaOf(Problem, 'openapi') },
      parameters: Object.fromEntries(
        Object.entries(HEADERS).map(([name, description]) => [
          name,
          { name, in: 'header', description, schema: headerSchemas.properties?.[name] ?? {} },
        ]),
      ),
      headers: {
        'x-correlation-id': { description: 'That of the request, or a new one.', schema: { type: 'string' } },
      },
      ...(routes.some(({ route }) => route.auth)
        ? { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
        : {}),
    },
  }
}

const headerSchemas = jsonSchemaOf(RequestHeaders, 'openapi')
const HEADERS = {
  'x-correlation-id': 'Kept in everything that follows from the request; made up where there is none.',
  'Idempotency-Key': 'The same key from the same caller is the same request: the same ids, and one effect.',
} satisfies Record<keyof z.output<typeof RequestHeaders>, string>

function operation(route: RouteContract, tag: string): object {
  const { name, summary, auth, deprecated } = route
  return {
    operationId: name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary,
    ...(deprecated
      ? { deprecated: true, description: `Since ${deprecated.since} its name is ${deprecated.successor}.` }
      : {}),
    ...(auth ? { security: [{ token: [] }] } : {}),
    parameters: parametersOf(route),
    ...(takesBody(route) ? { requestBody: requestBody(route) } : {}),
    responses: responsesOf(route),
  }
}

function parametersOf(route: RouteContract): readonly object[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: route.params?.[name]?.summary,
    schema: { type: 'string' },
    example: route.params?.[name]?.example,
  }))
  const { properties = {}, required = [] } = querySchemaOf(route)
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
  const headers = takesIdempotencyKey(route) ? ['x-correlation-id', 'Idempotency-Key'] : ['x-correlation-id']
  return [...inPath, ...inQuery, ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))]
}

function requestBody({ body, example, formThanksPage }: RouteContract): object {
  const content = { schema: jsonSchemaOf(body, 'openapi', 'input'), ...(example === undefined ? {} : { example }) }
  return { required: true, content: { 'application/json': content, ...(formThanksPage ? { [FORM]: content } : {}) } }
}

function responsesOf(route: RouteContract): object {
  const declared = Object.entries(route.responses).map(([status, { summary, body, example }]) => [
    status,
    {
      description: summary,
      headers: headersOf(route, Number(status)),
      ...(isProblem(route, Number(status)) ? { content: problem(route) } : {}),
      ...(body ? { content: json(jsonSchemaOf(body, 'openapi'), example) } : {}),
    },
  ])
  const errors = errorsOf(route).map(({ status, summary, isOurs }) => [
    status,
    isOurs
      ? { description: summary, headers: headersOf(route, status), content: problem(route) }
      : { description: summary, content: json(jsonSchemaOf(GatewayError, 'openapi')) },
  ])
  return { ...Object.fromEntries(errors), ...Object.fromEntries(declared) }
}

/** What API Gateway answers by itself: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const GatewayError = z.looseObject({ message: z.string() })

const json = (schema: JsonSchema, example: unknown = undefined): object => ({
  'application/json': { schema, ...(example === undefined ? {} : { example }) },
})

/** People who come with a browser get a page. */
const problem = ({ formThanksPage, responses }: RouteContract): object => ({
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  ...(formThanksPage || 302 in responses ? { 'text/html': { schema: { type: 'string' } } } : {}),
})

const text = (description: string): object => ({ description, schema: { type: 'string' } })

const headersOf = ({ deprecated }: RouteContract, status: number): object => ({
  'x-correlation-id': { $ref: '#/components/headers/x-correlation-id' },
  ...(status >= 300 && status < 400 ? { location: text('The page to go to.') } : {}),
  ...(status === 503 ? { 'retry-after': text('In how many seconds to try again.') } : {}),
  ...(deprecated ? { deprecation: text('Since when this name is an old one.'), link: text('The new one.') } : {}),
})
