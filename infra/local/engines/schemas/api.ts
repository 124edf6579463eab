import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type Service } from '../engine.ts'
import { toAwsError } from '../json-service.ts'
import { pageOf } from '../paging.ts'
import { latest, notFound, type Registries, type Registry, registryNamed, type Schema } from './registry.ts'
import type { SchemaVersion } from './versions.ts'

/** What a request names in its path and asks in its query. */
interface Call {
  readonly path: Readonly<Record<string, string>>
  readonly query: Query
}

const Query = z.object({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  nextToken: z.string().min(1).optional(),
  registryNamePrefix: z.string().default(''),
  schemaNamePrefix: z.string().default(''),
  scope: z.enum(['LOCAL', 'AWS']).optional(),
  keywords: z.string().default(''),
  schemaVersion: z.string().optional(),
  type: z.string().optional(),
})
type Query = z.output<typeof Query>

/**
 * The registry's REST API. https://docs.aws.amazon.com/eventbridge/latest/schema-reference/resources.html
 */
export const schemaService =
  (registries: Registries): Service =>
  (request) => {
    try {
      return answer(200, route(registries, request))
    } catch (error) {
      return refusal(toAwsError(error))
    }
  }

function route(registries: Registries, { method, url }: AwsRequest): unknown {
  const { pathname, searchParams } = new URL(url, 'http://local')
  for (const [pattern, operation] of method === 'GET' ? ROUTES : []) {
    const match = pattern.exec(pathname)
    if (!match) continue
    const path = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)] as const)
    return operation(registries, {
      path: Object.fromEntries(path),
      query: Query.parse(Object.fromEntries(searchParams)),
    })
  }
  throw new AwsError('UnknownOperationException', `${method} ${pathname} is not supported locally`, 404)
}

const REGISTRY = '^/v1/registries/name/(?<registry>[^/]+)/schemas'
const ROUTES: readonly (readonly [RegExp, (registries: Registries, call: Call) => unknown])[] = [
  [/^\/v1\/registries\/?$/, listRegistries],
  [/^\/v1\/registries\/name\/(?<registry>[^/]+)\/?$/, describeRegistry],
  [new RegExp(`${REGISTRY}/?$`), listSchemas],
  [new RegExp(`${REGISTRY}/search/?$`), searchSchemas],
  [new RegExp(`${REGISTRY}/name/(?<schema>[^/]+)/?$`), describeSchema],
  [new RegExp(`${REGISTRY}/name/(?<schema>[^/]+)/versions/?$`), listSchemaVersions],
  [new RegExp(`${REGISTRY}/name/(?<schema>[^/]+)/export/?$`), exportSchema],
]

function listRegistries(registries: Registries, { query }: Call) {
  const { scope, registryNamePrefix } = query
  const found = scope === 'AWS' ? [] : byName(registries.values(), registryNamePrefix)
  const { items, ...next } = page(found, query)
  return { Registries: items.map(({ name, arn }) => ({ RegistryName: name, RegistryArn: arn, tags: {} })), ...next }
}

function describeRegistry(registries: Registries, { path }: Call) {
  const { name, arn } = registryOf(registries, path)
  return { RegistryName: name, RegistryArn: arn, tags: {} }
}

function listSchemas(registries: Registries, { path, query }: Call) {
  const { items, ...next } = page(byName(registryOf(registries, path).schemas.values(), query.schemaNamePrefix), query)
  return {
    Schemas: items.map((schema) => ({
      SchemaName: schema.name,
      SchemaArn: schema.arn,
      LastModified: dateOf(latest(schema)),
      VersionCount: schema.versions.length,
      tags: {},
    })),
    ...next,
  }
}

/** Schemas with a version in which, or in whose name, every word occurs. */
function searchSchemas(registries: Registries, { path, query }: Call) {
  const words = query.keywords.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) throw new AwsError('BadRequestException', 'The parameter keywords is required.')
  const { name: registry, schemas } = registryOf(registries, path)
  const found = byName(schemas.values(), '').flatMap((schema) => {
    const versions = schema.versions.filter(({ content }) => {
      const text = `${schema.name} ${content}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    return versions.length > 0 ? [{ ...schema, versions }] : []
  })
  const { items, ...next } = page(found, query)
  return {
    Schemas: items.map(({ name, arn, versions }) => ({
      RegistryName: registry,
      SchemaName: name,
      SchemaArn: arn,
      SchemaVersions: versions.map((version) => ({
        SchemaVersion: String(version.version),
        Type: version.type,
        CreatedDate: dateOf(version),
      })),
    })),
    ...next,
  }
}

function describeSchema(registries: Registries, { path, query }: Call) {
  const schema = schemaOf(registries, path)
  const version = versionOf(schema, query)
  return {
    SchemaName: schema.name,
    SchemaArn: schema.arn,
    SchemaVersion: String(version.version),
    Description: schema.description,
    Type: version.type,
    Content: version.content,
    LastModified: dateOf(latest(schema)),
    VersionCreatedDate: dateOf(version),
    tags: {},
  }
}

function listSchemaVersions(registries: Registries, { path, query }: Call) {
  const { name, arn, versions } = schemaOf(registries, path)
  // Numbers as texts of one length, so that their order is that of the versions.
  const keyed = versions.map((version) => ({ ...version, name: String(version.version).padStart(10, '0') }))
  const { items, ...next } = page(keyed, query)
  return {
    SchemaVersions: items.map(({ version, type }) => ({
      SchemaName: name,
      SchemaArn: arn,
      SchemaVersion: String(version),
      Type: type,
    })),
    ...next,
  }
}

function exportSchema(registries: Registries, { path, query }: Call) {
  if (query.type !== 'JSONSchemaDraft4') {
    throw new AwsError('BadRequestException', `Schemas are exported as JSONSchemaDraft4 only, not ${query.type}.`)
  }
  const schema = schemaOf(registries, path)
  const { version, type, content } = versionOf(schema, query)
  return {
    SchemaName: schema.name,
    SchemaArn: schema.arn,
    SchemaVersion: String(version),
    Type: query.type,
    Content: type === 'OpenApi3' ? toJsonSchema(schema.name, content) : content,
  }
}

const OpenApi = z.object({ components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }) })

/** The event's schema with those that it refers to as definitions. */
function toJsonSchema(name: string, content: string): string {
  const text = content.replaceAll('"#/components/schemas/', '"#/definitions/')
  const { AWSEvent = {}, ...definitions } = OpenApi.parse(JSON.parse(text)).components.schemas
  const title = name.slice(name.indexOf('@') + 1)
  return JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', title, definitions, ...AWSEvent })
}

const byName = <Item extends { readonly name: string }>(items: Iterable<Item>, prefix: string): readonly Item[] =>
  [...items].filter(({ name }) => name.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1))

const page = <Item extends { readonly name: string }>(items: readonly Item[], { limit, nextToken }: Query) =>
  pageOf(items, ({ name }) => name, { Limit: limit, NextToken: nextToken })

const registryOf = (registries: Registries, { registry = '' }: Call['path']): Registry =>
  registryNamed(registries, registry)

function schemaOf(registries: Registries, path: Call['path']): Schema {
  const { schema: name = '' } = path
  return registryOf(registries, path).schemas.get(name) ?? notFound(`Schema with name ${name} does not exist.`)
}

function versionOf(schema: Schema, { schemaVersion }: Query): SchemaVersion {
  if (schemaVersion === undefined) return latest(schema)
  const found = schema.versions.find(({ version }) => String(version) === schemaVersion)
  return found ?? notFound(`Schema with name ${schema.name} and version ${schemaVersion} does not exist.`)
}

const dateOf = ({ createdAt }: SchemaVersion): string => new Date(createdAt).toISOString()

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** This API's errors have capital letters, and its word for what is not valid is BadRequestException. */
function refusal({ code, message, status }: AwsError): AwsResponse {
  const Code = code === 'ValidationException' ? 'BadRequestException' : code
  return answer(status, { Code, Message: message }, { 'x-amzn-errortype': Code })
}
