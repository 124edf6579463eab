import {
  DescribeSchemaCommand,
  paginateListSchemas,
  paginateListSchemaVersions,
  SchemasClient,
} from '@aws-sdk/client-schemas'
import * as z from 'zod'
import { type EventContract, registrySchemaOf, schemaNameOf, versionedNameOf } from '../../schemas/event.ts'
import type { Cloud } from './command-line.ts'

/** An event whose schema can be shown. */
export interface Listed {
  /** E.g. `RegistrationRequested`; that of its second version is `RegistrationRequested.v2`. */
  readonly name: string
  readonly context: string
  readonly read: () => Promise<SchemaDocument>
}

interface SchemaDocument {
  readonly summary: string
  readonly schema: unknown
  /** The numbers that a registry has given to the states of this document, the oldest first. */
  readonly revisions: readonly string[]
}

/** Where schemas come from. */
export interface SchemaSource {
  /** For people. */
  readonly title: string
  readonly events: readonly Listed[]
}

const SCHEMA_NAME = /^ensemble\.(?<context>[^@]+)@(?<name>.+)$/

/**
 * What the registry `ensemble-<stage>` of a cloud holds; rejects with what the SDK throws.
 * https://docs.aws.amazon.com/eventbridge/latest/schema-reference/what-is-eventbridge-schemas.html
 */
export async function registry(cloud: Cloud): Promise<SchemaSource> {
  const client = new SchemasClient(cloud.client)
  const RegistryName = cloud.names.registry

  async function read(SchemaName: string): Promise<SchemaDocument> {
    const revisions: string[] = []
    for await (const { SchemaVersions = [] } of paginateListSchemaVersions({ client }, { RegistryName, SchemaName }))
      revisions.push(...SchemaVersions.map(({ SchemaVersion = '' }) => SchemaVersion))
    const found = await client.send(new DescribeSchemaCommand({ RegistryName, SchemaName }))
    const schema = z.json().parse(JSON.parse(found.Content ?? '{}'))
    return { summary: found.Description ?? '', schema, revisions: revisions.sort((a, b) => Number(a) - Number(b)) }
  }

  const events: Listed[] = []
  for await (const { Schemas = [] } of paginateListSchemas({ client }, { RegistryName })) {
    for (const { SchemaName = '' } of Schemas) {
      const { context, name } = SCHEMA_NAME.exec(SchemaName)?.groups ?? {}
      if (context !== undefined && name !== undefined) events.push({ name, context, read: () => read(SchemaName) })
    }
  }
  return { title: `the registry ${RegistryName} of ${cloud.title}`, events }
}

/** What the checkout declares. */
export const checkout = (contracts: readonly EventContract[]): SchemaSource => ({
  title: 'this checkout',
  events: contracts
    .toSorted((a, b) => (schemaNameOf(a) < schemaNameOf(b) ? -1 : 1))
    .map((contract) => ({
      name: versionedNameOf(contract),
      context: contract.context,
      read: async () => ({ summary: contract.summary, schema: registrySchemaOf(contract), revisions: [] }),
    })),
})
