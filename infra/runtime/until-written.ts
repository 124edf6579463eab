import { setTimeout as delay } from 'node:timers/promises'
import { TransactionConflictException } from '@aws-sdk/client-dynamodb'

const ATTEMPTS = 12
const LONGEST_PAUSE_MS = 400

/**
 * For a record that many write at the same time: looks again as long as `write` answers `undefined`, because others were
 * quicker, each time after a longer pause. Throws if they always are. A write that hits somebody's transaction counts as
 * slower, too: the SDK does not repeat it by itself.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export async function untilWritten<Written>(write: () => Promise<Written | undefined>): Promise<Written> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const written = await write().catch(noneAfterConflict)
    if (written !== undefined) return written
    await delay(Math.min(10 * 2 ** attempt, LONGEST_PAUSE_MS) * (0.5 + Math.random()))
  }
  throw new Error('Too many want the same at once: to be tried again later')
}

function noneAfterConflict(error: unknown): undefined {
  if (!(error instanceof TransactionConflictException)) throw error
}
