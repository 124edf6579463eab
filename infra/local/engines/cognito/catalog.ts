import * as z from 'zod'
import { operation } from '../json-service.ts'
import { pageOf } from '../paging.ts'
import { describe } from './admin.ts'
import { invalid, toAttributeList } from './attributes.ts'
import { ClientId, type Kit, type Operations, UserPoolId } from './kit.ts'
import type { Client, Pool } from './pools.ts'
import type { UserFilter } from './users.ts'

const Page = { MaxResults: z.number().int().min(1).max(60), NextToken: z.string().min(1).optional() }
const FILTER = /^\s*(?<name>[\w:]+)\s*(?<operator>\^?=)\s*"(?<value>(?:[^"\\]|\\.)*)"\s*$/
const FILTERED_ATTRIBUTES = [
  ...['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username', 'sub'],
]

/** What pools, clients and users there are. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/ */
export function catalogOperations({ pools, users }: Kit): Operations {
  return {
    DescribeUserPool: operation(z.strictObject({ UserPoolId }), ({ UserPoolId }) => {
      const pool = pools.pool(UserPoolId)
      return { UserPool: { ...describePool(pool), EstimatedNumberOfUsers: users.count(pool) } }
    }),

    ListUserPools: operation(z.strictObject(Page), ({ MaxResults, NextToken }) => {
      const { items, ...next } = pageOf(pools.all(), ({ id }) => id, { Limit: MaxResults, NextToken })
      return { UserPools: items.map(summaryOf), ...next }
    }),

    DescribeUserPoolClient: operation(z.strictObject({ UserPoolId, ClientId }), ({ UserPoolId, ClientId }) => ({
      UserPoolClient: describeClient(pools.client(ClientId, pools.pool(UserPoolId).id)),
    })),

    ListUserPoolClients: operation(
      z.strictObject({ UserPoolId, MaxResults: Page.MaxResults.default(60), NextToken: Page.NextToken }),
      ({ UserPoolId, MaxResults, NextToken }) => {
        const clients = pools.clientsOf(pools.pool(UserPoolId)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
        const { items, ...next } = pageOf(clients, ({ id }) => id, { Limit: MaxResults, NextToken })
        const summary = ({ id, name }: Client) => ({ ClientId: id, ClientName: name, UserPoolId })
        return { UserPoolClients: items.map(summary), ...next }
      },
    ),

    ListUsers: operation(
      z.strictObject({
        UserPoolId,
        AttributesToGet: z.array(z.string()).optional(),
        Filter: z.string().max(256).default(''),
        Limit: z.number().int().min(0).max(60).default(60),
        PaginationToken: z.string().min(1).optional(),
      }),
      ({ UserPoolId, AttributesToGet, Filter, Limit, PaginationToken = '' }) => {
        const pool = pools.pool(UserPoolId)
        const limit = Limit || 60
        const after = Buffer.from(PaginationToken, 'base64url').toString()
        const found = users.list(pool, parseFilter(Filter), after, limit + 1)
        const page = found.slice(0, limit)
        const last = found.length > page.length ? page.at(-1) : undefined
        const shown = (user: (typeof page)[number]) => ({
          ...describe(user),
          Attributes: toAttributeList(user.attributes).filter(({ Name }) => AttributesToGet?.includes(Name) ?? true),
        })
        return {
          Users: page.map(shown),
          ...(last ? { PaginationToken: Buffer.from(last.username).toString('base64url') } : {}),
        }
      },
    ),
  }
}

const summaryOf = ({ id, name, createdAt, properties }: Pool) => ({
  Id: id,
  Name: name,
  LambdaConfig: properties.LambdaConfig,
  CreationDate: createdAt / 1000,
  LastModifiedDate: createdAt / 1000,
})

function describePool(pool: Pool) {
  const { Schema: _, UserPoolName: __, ...properties } = pool.properties
  return {
    ...properties,
    ...summaryOf(pool),
    Arn: pool.arn,
    MfaConfiguration: 'OFF',
    SchemaAttributes: [...pool.attributes.values()],
  }
}

const describeClient = ({ id, name, pool, properties: { GenerateSecret: _, ...properties } }: Client) => ({
  ...properties,
  UserPoolId: pool.id,
  ClientId: id,
  ClientName: name,
})

/** `name = "value"`, or `^=` for a beginning: https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html */
function parseFilter(text: string): UserFilter | undefined {
  if (text.trim() === '') return undefined
  const { name = '', operator, value: quoted = '' } = FILTER.exec(text)?.groups ?? {}
  const value = quoted.replace(/\\(.)/g, '$1')
  const startsWith = operator === '^='
  if (operator === undefined) throw invalid('Error while parsing filter.')
  if (name === 'username') return { field: 'username', startsWith, value }
  if (name === 'cognito:user_status') return { field: 'status', startsWith, value: value.toUpperCase() }
  if (name === 'status') return { field: 'enabled', startsWith: false, value: value === 'Enabled' ? '1' : '0' }
  if (FILTERED_ATTRIBUTES.includes(name)) return { field: { attribute: name }, startsWith, value }
  throw invalid('One or more attributes specified in the filter are not searchable.')
}
