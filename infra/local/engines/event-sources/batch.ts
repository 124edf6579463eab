import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Mishap, Mishaps } from '../../chaos.ts'
import type { StreamRecord } from '../dynamodb/streams.ts'
import type { CloudContext } from '../engine.ts'
import type { Sqs } from '../sqs.ts'
import { errorOf, type Functions, failedItems, type Mapping } from './mapping.ts'

interface Dependencies {
  readonly context: CloudContext
  readonly lambda: Functions
  readonly sqs: Sqs
  /** Aborted: nothing more is begun. */
  readonly signal: AbortSignal
  /** What befalls the attempts; nothing if not given. */
  readonly mishaps: Mishaps | undefined
}

type Item = Pick<StreamRecord, 'eventName' | 'dynamodb'>

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 60_000

const sequenceOf = ({ dynamodb }: Item): string => dynamodb.SequenceNumber

/**
 * Hands one batch of a shard to the function until it is done with: managed, or given up and named to the destination
 * for failures. `advance` is told after each step what the last record is that need not be read again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function batchRunner(mapping: Mapping, { context, lambda, sqs, signal, mishaps }: Dependencies) {
  const { FunctionName: name, MaximumRetryAttempts: maxRetries, MaximumRecordAgeInSeconds: maxAge } = mapping
  const destination = mapping.DestinationConfig?.OnFailure.Destination

  const isTooOld = ({ dynamodb }: Item): boolean =>
    maxAge >= 0 && context.now() / 1000 - dynamodb.ApproximateCreationDateTime > maxAge

  async function run(
    shardId: string,
    records: readonly Item[],
    advance: (sequenceNumber: string) => void,
  ): Promise<void> {
    let rest = records
    for (let retries = 0; ; retries++) {
      const fresh = rest.filter((record) => !isTooOld(record))
      if (fresh.length < rest.length) giveUp(shardId, rest.filter(isTooOld), 'RecordAgeExceeded', retries)
      rest = fresh
      if (rest.length === 0 || signal.aborted) return

      const { managed, hasFailed } = await attempt(rest, mishapOf(rest, retries))
      if (signal.aborted && hasFailed) return
      const lastManaged = rest[managed - 1]
      if (lastManaged) {
        advance(sequenceOf(lastManaged))
        rest = rest.slice(managed)
        retries = 0
      }
      if (!hasFailed) return

      if (mapping.BisectBatchOnFunctionError && rest.length > 1 && !lastManaged) {
        const middle = Math.ceil(rest.length / 2)
        await run(shardId, rest.slice(0, middle), advance)
        const lastOfFirst = rest[middle - 1]
        if (signal.aborted || !lastOfFirst) return
        advance(sequenceOf(lastOfFirst))
        return run(shardId, rest.slice(middle), advance)
      }
      if (maxRetries >= 0 && retries >= maxRetries) return giveUp(shardId, rest, 'RetryAttemptsExhausted', retries + 1)
      const wait = Math.min(FIRST_BACKOFF_MS * 2 ** retries, LONGEST_BACKOFF_MS)
      await pause(wait, undefined, { signal }).catch(() => {})
    }
  }

  /** How many records from the start are done with, and whether there is one after them that is not. */
  async function attempt(
    records: readonly Item[],
    mishap: Mishap | undefined,
  ): Promise<{ managed: number; hasFailed: boolean }> {
    const payload = JSON.stringify({ Records: records })
    const invocation = await lambda.invoke(name, payload, { mishap }).catch((error: unknown) => ({
      payload: '',
      functionError: error instanceof Error ? error.message : String(error),
    }))
    if (mishap?.kind === 'again') return { managed: 0, hasFailed: true }
    const failed = failedItems(invocation, mapping, records.map(sequenceOf))
    const reason = errorOf(invocation)
    if (reason !== undefined) context.warn(`${name} failed on a change of its stream: ${reason}`)
    const first = records.findIndex((record) => failed.has(sequenceOf(record)))
    return first < 0 ? { managed: records.length, hasFailed: false } : { managed: first, hasFailed: true }
  }

  /** What befalls a batch befalls its first change. */
  function mishapOf([first]: readonly Item[], retries: number): Mishap | undefined {
    if (!mishaps || !first) return undefined
    const about = `${first.eventName} ${JSON.stringify(first.dynamodb.Keys)}`
    const mostAttempts = maxRetries < 0 ? Number.POSITIVE_INFINITY : maxRetries + 1
    return mishaps({ about, functionName: name, attempt: retries + 1, mostAttempts })
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
  function giveUp(shardId: string, records: readonly Item[], condition: string, invokeCount: number): void {
    const first = records[0]
    const last = records.at(-1)
    if (!first || !last) return
    const arrival = ({ dynamodb }: Item) => new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString()
    const notice = {
      requestContext: {
        requestId: randomUUID(),
        functionArn: name,
        condition,
        approximateInvokeCount: invokeCount,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(context.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: sequenceOf(first),
        endSequenceNumber: sequenceOf(last),
        approximateArrivalOfFirstRecord: arrival(first),
        approximateArrivalOfLastRecord: arrival(last),
        batchSize: records.length,
        streamArn: mapping.EventSourceArn,
      },
    }
    if (destination) sqs.send(destination, JSON.stringify(notice))
    else context.warn(`${name} gave up on ${records.length} changes of its stream (${condition})`)
  }

  return run
}
