import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import type { Shard, StreamRecord, Streams } from '../dynamodb/streams.ts'
import type { CloudContext } from '../engine.ts'
import { type CompiledPattern, matches, parseEvent } from '../eventbridge/pattern/index.ts'
import type { Lambda } from '../lambda/index.ts'
import type { Sqs } from '../sqs.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Poller } from './sqs-source.ts'

export interface StreamSource {
  readonly streamArn: string
  readonly functionName: string
  readonly batchSize: number
  /** -1: for as long as the stream keeps the record. */
  readonly maxRetries: number
  readonly bisects: boolean
  readonly reportsItemFailures: boolean
  /** Any of them takes a record; none at all takes every record. */
  readonly filters: readonly CompiledPattern[]
  readonly deadLetterArn: string | undefined
}

interface Dependencies {
  readonly streams: Streams
  readonly lambda: Lambda
  readonly sqs: Sqs
  readonly checkpoints: Checkpoints
}

/** Four times a second, as Lambda does. */
const POLL_MS = 250
const LONGEST_BACKOFF_MS = 60_000

/**
 * Feeds what changes in a table to a function, in order within a shard, from where it had got to before.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function followStream(source: StreamSource, context: CloudContext, dependencies: Dependencies): Poller {
  const stopping = new AbortController()
  const followed = new Set<string>()
  const readers = new Set<Promise<void>>()

  async function watchShards(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (const shard of await dependencies.streams.shards(source.streamArn)) {
        if (followed.has(shard.shardId)) continue
        followed.add(shard.shardId)
        const reader = readShard(source, shard, context, dependencies, stopping.signal).finally(() =>
          readers.delete(reader),
        )
        readers.add(reader)
      }
      await pause(10 * POLL_MS, stopping.signal)
    }
  }

  const watching = watchShards().catch((error) => {
    if (!stopping.signal.aborted) context.warn(`The stream ${source.streamArn} cannot be followed: ${String(error)}`)
  })
  return {
    stop: async () => {
      stopping.abort()
      await Promise.allSettled([watching, ...readers])
    },
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal, ref: false }).catch(() => {})

async function readShard(
  source: StreamSource,
  { shardId }: Shard,
  context: CloudContext,
  dependencies: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const { streams, checkpoints } = dependencies
  let iterator: string | undefined
  while (!signal.aborted) {
    try {
      iterator ??= await streams.iterator(source.streamArn, shardId, checkpoints.get(source, shardId))
      const { records, next } = await streams.records(iterator, source.batchSize)
      const last = records.at(-1)?.dynamodb.SequenceNumber
      if (last !== undefined) {
        await handle(source, wanted(source, records, context), context, dependencies, signal)
        // Stopped in the middle of retries: the batch is read again next time.
        if (signal.aborted) return
        checkpoints.set(source, shardId, last)
      }
      if (next === undefined) return
      iterator = next
    } catch (error) {
      if (signal.aborted) return
      context.warn(
        `Reading ${source.streamArn} failed and is tried again: ${error instanceof Error ? error.message : String(error)}`,
      )
      // An iterator that expired is made anew from the checkpoint.
      iterator = undefined
    }
    await pause(POLL_MS, signal)
  }
}

/** A record as the function sees it: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#events-sample-dynamodb */
function wanted(
  { streamArn, filters }: StreamSource,
  records: readonly StreamRecord[],
  { region }: CloudContext,
): readonly LambdaRecord[] {
  const converted = records.map(({ userIdentity, ...record }) => ({
    ...record,
    ...(userIdentity ? { userIdentity: lowerCaseKeys(userIdentity) } : {}),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: streamArn,
  }))
  if (filters.length === 0) return converted
  return converted.filter((record) => {
    const parsed = parseEvent(JSON.stringify(record))
    return filters.some((filter) => matches(filter, parsed))
  })
}

/** With `userIdentity` as the function sees it. */
type LambdaRecord = StreamRecord

const lowerCaseKeys = (value: unknown): object =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(value)).map(([key, item]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      item,
    ]),
  )

/** Until all are handled, or given up after the retries that there may be; halves a failing batch if told to. */
async function handle(
  source: StreamSource,
  records: readonly LambdaRecord[],
  context: CloudContext,
  dependencies: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  let left = records
  for (let attempt = 0; left.length > 0 && !signal.aborted; attempt++) {
    const failedFrom = await invoke(source, left, dependencies)
    if (failedFrom === undefined) return
    // Progress begins the count anew: what failed now has not failed before.
    if (failedFrom > 0) attempt = 0
    left = left.slice(failedFrom)
    if (source.maxRetries >= 0 && attempt >= source.maxRetries) return giveUp(source, left, context, dependencies)
    if (source.bisects && left.length > 1 && failedFrom === 0) {
      const middle = Math.ceil(left.length / 2)
      await handle(source, left.slice(0, middle), context, dependencies, signal)
      left = left.slice(middle)
      attempt = -1
      continue
    }
    await pause(Math.min(LONGEST_BACKOFF_MS, 2 ** attempt * POLL_MS), signal)
  }
}

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish()

/** The index of the first record that failed; `undefined` if none did. */
async function invoke(
  source: StreamSource,
  records: readonly LambdaRecord[],
  { lambda }: Dependencies,
): Promise<number | undefined> {
  const payload = JSON.stringify({ Records: records })
  const invocation = await lambda.invoke(source.functionName, payload).catch(() => undefined)
  if (!invocation || invocation.functionError) return 0
  if (!source.reportsItemFailures) return undefined
  const response = BatchResponse.safeParse(JSON.parse(invocation.payload))
  if (!response.success) return 0
  const failed = new Set((response.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier))
  if (failed.size === 0) return undefined
  return Math.max(
    0,
    records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber)),
  )
}

/** Tells the on-failure queue where in the stream the records are, as Lambda does, and says so on the terminal. */
function giveUp(
  { streamArn, functionName, deadLetterArn }: StreamSource,
  records: readonly LambdaRecord[],
  { warn, now }: CloudContext,
  { sqs }: Dependencies,
): void {
  warn(`${functionName} could not handle ${records.length} record(s) of ${streamArn}; they are left out.`)
  if (!deadLetterArn) return
  const body = {
    requestContext: { functionArn: functionName, condition: 'RetryAttemptsExhausted' },
    version: '1.0',
    timestamp: new Date(now()).toISOString(),
    DDBStreamBatchInfo: {
      startSequenceNumber: records.at(0)?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      batchSize: records.length,
      streamArn,
    },
  }
  sqs.send(deadLetterArn, JSON.stringify(body))
}
