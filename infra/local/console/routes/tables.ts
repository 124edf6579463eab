import * as z from 'zod'
import type { DynamoDb } from '../../engines/dynamodb.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface TableDeps {
  readonly dynamoDb: Pick<DynamoDb, 'tables'>
}

const ITEMS = 50
const Text = z.string().max(2048, 'must be at most 2048 characters')

/** The tables and what is in them, to look at only. */
export const tableRoutes = ({ dynamoDb: { tables } }: TableDeps): readonly ConsoleRoute[] => [
  { method: 'GET', path: '/tables', answer: tables.list },
  route({
    method: 'GET',
    path: '/tables/{name}/items',
    request: z.object({
      params: z.object({ name: z.string() }),
      // The values of the partition key and of the sort key.
      query: z.object({ key: Text.exactOptional(), sort: Text.exactOptional(), after: Text.exactOptional() }),
    }),
    answer: ({ params: { name }, query: { key, sort, after } }) =>
      tables.items(name, {
        limit: ITEMS,
        ...(after === undefined ? {} : { after }),
        ...(key === undefined ? {} : { key: sort === undefined ? [key] : [key, sort] }),
      }),
  }),
]
