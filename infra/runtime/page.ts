import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import type { PageQuery } from '../../schemas/page.ts'
import { openCursor, sealCursor } from './cursor.ts'
import { names } from './environment.ts'
import { linkKey } from './link-key.ts'
import { records } from './records.ts'

/** Attributes of an item, by their names. */
type Position = Readonly<Record<string, string>>

/** A list: all that an index has in one partition, or what comes after something. */
interface List {
  /** Which list it is and, unless it is everybody's, whose: a cursor of one is none of another. */
  readonly name: readonly string[]
  readonly table: string
  readonly index: string
  /** Name and value of the partition key. */
  readonly partition: readonly [name: string, value: string]
  /** What an item must be sorted after: name and value of the sort key. */
  readonly after?: readonly [name: string, value: string]
  readonly backwards?: boolean
  /** What, beside the partition, says where an item is: the sort key and the table's own keys. */
  readonly position: z.ZodType<Position>
}

export interface Page {
  readonly items: readonly unknown[]
  /** Where the page ended, if there are more. */
  readonly cursor?: string
}

/**
 * One page of a list, and a cursor if there are more. Throws a 400 `HttpError` for a cursor that is none of this list.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export async function pageOf(list: List, { limit, cursor }: PageQuery): Promise<Page> {
  const { name, table, index, partition, after, backwards = false, position } = list
  const last = cursor === undefined ? undefined : openCursor(cursor, name, await linkKey(), position)
  // Where time went by since, the page before may have ended at what is not in the list any more.
  const from = last && after && (last[after[0]] ?? '') <= after[1] ? undefined : last
  const { Items: found = [] } = await records.send(
    new QueryCommand({
      TableName: names.table(table),
      IndexName: index,
      KeyConditionExpression: `#partition = :partition${after ? ' AND #sort > :after' : ''}`,
      ExpressionAttributeNames: { '#partition': partition[0], ...(after ? { '#sort': after[0] } : {}) },
      ExpressionAttributeValues: { ':partition': partition[1], ...(after ? { ':after': after[1] } : {}) },
      ScanIndexForward: !backwards,
      // One more tells whether there is another page.
      Limit: limit + 1,
      ...(from ? { ExclusiveStartKey: { [partition[0]]: partition[1], ...from } } : {}),
    }),
  )
  const items = found.slice(0, limit)
  if (found.length <= limit) return { items }
  return { items, cursor: sealCursor(position.parse(items.at(-1)), name, await linkKey()) }
}
