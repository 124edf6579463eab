import * as z from 'zod'
import { AwsError } from './engine.ts'

/** What every List operation takes. */
export const Paging = { Limit: z.number().int().min(1).max(100).optional(), NextToken: z.string().min(1).optional() }

const DEFAULT_LIMIT = 100

interface Page<Item> {
  readonly items: readonly Item[]
  readonly NextToken?: string
}

/**
 * One page of a list in the order of its keys. A token names the last key seen, so that what is created or deleted between
 * two pages neither repeats nor hides anything. Throws ValidationException for a token that is none.
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  {
    Limit = DEFAULT_LIMIT,
    NextToken,
  }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): Page<Item> {
  const after = NextToken === undefined ? undefined : readToken(NextToken)
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after)
  const page = rest.slice(0, Limit)
  const last = page.at(-1)
  return {
    items: page,
    ...(rest.length > page.length && last !== undefined ? { NextToken: toToken(keyOf(last)) } : {}),
  }
}

const toToken = (key: string): string => Buffer.from(`after ${key}`).toString('base64url')

function readToken(token: string): string {
  const [, key] = /^after (.+)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? []
  if (key === undefined) throw new AwsError('ValidationException', 'The NextToken is not valid.')
  return key
}
