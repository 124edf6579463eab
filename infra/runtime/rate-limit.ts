import { createHash } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { HttpError } from './answers.ts'
import { names } from './environment.ts'
import { records } from './records.ts'

interface Limit {
  readonly most: number
  readonly seconds: number
}

/** An address is mailed to at each call, so seldom; a client may be a whole office behind one address. */
const PER_ADDRESS: Limit = { most: 10, seconds: 3600 }
const PER_CLIENT: Limit = { most: 100, seconds: 600 }

/** https://www.rfc-editor.org/rfc/rfc6890 */
const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/

export interface Call {
  /** What is done, e.g. the route's name: each has its own count. */
  readonly action: string
  /** The e-mail address that it is done to. */
  readonly email: string
  readonly client: string
  /** A call made again under the same id counts once. */
  readonly id: string
}

/**
 * Counts a call by its e-mail address and by its client, in a table, for as long as the window lasts. Throws a 429
 * `HttpError` that says when to come back. This machine itself is no client that would have to be kept off.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export async function limitRate({ action, email, client, id }: Call): Promise<void> {
  await Promise.all([
    count(`${action} address ${email.toLowerCase()}`, id, PER_ADDRESS),
    ...(LOOPBACK.test(client) ? [] : [count(`${action} client ${client}`, id, PER_CLIENT)]),
  ])
}

async function count(what: string, id: string, { most, seconds }: Limit): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const window = Math.floor(now / seconds)
  try {
    await records.send(
      new UpdateCommand({
        TableName: names.table('rate-limits'),
        // Hashed: the table need not know whom it counts.
        Key: { id: createHash('sha256').update(`${what} ${window}`).digest('base64url') },
        UpdateExpression: 'ADD calls :calls SET expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(calls) OR contains(calls, :id) OR size(calls) < :most',
        ExpressionAttributeValues: {
          ':calls': new Set([id]),
          ':id': id,
          ':most': most,
          ':expiresAt': (window + 1) * seconds,
        },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    throw new HttpError(429, 'Too many attempts; please try again later', {
      retryAfterSeconds: (window + 1) * seconds - now,
    })
  }
}
