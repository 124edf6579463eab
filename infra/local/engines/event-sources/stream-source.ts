import { setTimeout as pause } from 'node:timers/promises'
import type { Mishaps } from '../../chaos.ts'
import { isTrimmed, type Shard, type StreamRecord, type Streams } from '../dynamodb/streams.ts'
import type { CloudContext } from '../engine.ts'
import { compilePattern, matches, parseEvent } from '../eventbridge/pattern/index.ts'
import type { Sqs } from '../sqs.ts'
import { batchRunner } from './batch.ts'
import { type Checkpoint, type Checkpoints, checkpointsOf } from './checkpoints.ts'
import { batchSizeOf, type Functions, type Mapping, type Reader } from './mapping.ts'
import { runningWork } from './running.ts'

interface Dependencies {
  readonly context: CloudContext
  readonly streams: Streams
  readonly lambda: Functions
  readonly sqs: Sqs
  /** What befalls a function's attempts; nothing if not given. */
  readonly mishaps: Mishaps | undefined
}

/** Four times a second, as Lambda does. */
const POLL_MS = 250
const AFTER_ERROR_MS = 1000

/**
 * Hands a table's changes to a function as Lambda does: in order within a shard, none before the ones before it are done
 * with; how far it came is on disk. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function streamReader(mapping: Mapping, { context, streams, lambda, sqs, mishaps }: Dependencies): Reader {
  const { EventSourceArn: streamArn, FunctionName: name } = mapping
  const batchSize = batchSizeOf(mapping)
  const windowMs = mapping.MaximumBatchingWindowInSeconds * 1000
  const patterns = mapping.FilterCriteria?.Filters.map(({ Pattern }) => compilePattern(Pattern))
  const checkpoints: Checkpoints = checkpointsOf(context.database, name, streamArn)
  const running = runningWork()
  const stopping = new AbortController()
  const { signal } = stopping
  const begun = new Set<string>()
  let reading = 0
  const runBatch = batchRunner(mapping, { context, lambda, sqs, signal, mishaps })

  const isWanted = (record: object): boolean => {
    if (!patterns) return true
    const event = parseEvent(JSON.stringify(record))
    return patterns.some((pattern) => matches(pattern, event))
  }

  /** Begins every shard whose parent is done. Children appear when their parent is closed; a day later that is gone. */
  async function begin(): Promise<void> {
    const known = checkpoints.load()
    const shards = await streams.shards(streamArn)
    if (known.size === 0 && mapping.StartingPosition === 'LATEST') await skipToEnd(shards)
    const positions = checkpoints.load()
    const isDone = (shardId: string | undefined): boolean =>
      shardId === undefined || (positions.get(shardId)?.isDone ?? !shards.some((shard) => shard.shardId === shardId))
    for (const { shardId, parentShardId } of shards) {
      if (begun.has(shardId) || isDone(shardId) || !isDone(parentShardId)) continue
      begun.add(shardId)
      reading++
      running.add(readShard(shardId, positions.get(shardId)))
    }
    // Last: a stream of which no shard is known would be a new one.
    const gone = new Set(positions.keys()).difference(new Set(shards.map(({ shardId }) => shardId)))
    if (begun.size > 0) for (const shardId of gone) checkpoints.forget(shardId)
  }

  /** After the end of a shard: a table that nobody writes to may be given its next one later. */
  async function beginNext(): Promise<void> {
    while (!signal.aborted) {
      await begin().catch(complain)
      if (reading > 0) return
      await pause(AFTER_ERROR_MS, undefined, { signal }).catch(() => {})
    }
  }

  function complain(error: unknown): void {
    if (!signal.aborted)
      context.warn(`The stream for ${name} cannot be read: ${error instanceof Error ? error.message : error}`)
  }

  /** What is there before the mapping is, is not for it. Written down, so that a crash does not skip more. */
  async function skipToEnd(shards: readonly Shard[]): Promise<void> {
    for (const { shardId } of shards) {
      let sequenceNumber: string | undefined
      let next: string | undefined = await streams.iterator(streamArn, shardId)
      while (next) {
        const answer = await streams.records(next, 1000)
        sequenceNumber = answer.records.at(-1)?.dynamodb.SequenceNumber ?? sequenceNumber
        next = answer.records.length > 0 ? answer.next : undefined
      }
      checkpoints.save(shardId, { sequenceNumber, isDone: false })
    }
  }

  async function readShard(shardId: string, from: Checkpoint | undefined): Promise<void> {
    let position = from?.sequenceNumber
    // Seen once means that a later shard of the stream is read from its start, whatever the starting position.
    if (!from) checkpoints.save(shardId, { sequenceNumber: undefined, isDone: false })
    const advance = (sequenceNumber: string) => {
      position = sequenceNumber
      checkpoints.save(shardId, { sequenceNumber, isDone: false })
    }
    let next: string | undefined
    let isRenewed = false
    let hasComplained = false
    while (!signal.aborted) {
      try {
        next ??= await streams.iterator(streamArn, shardId, position)
        const { records, after } = await gather(next)
        isRenewed = false
        hasComplained = false
        const last = records.at(-1)
        if (last) {
          await runBatch(shardId, records.map(asLambdaRecord(streamArn)).filter(isWanted), advance)
          if (signal.aborted) return
          advance(last.dynamodb.SequenceNumber)
        }
        if (after === undefined) {
          checkpoints.save(shardId, { sequenceNumber: position, isDone: true })
          reading--
          return beginNext()
        }
        next = after
        if (records.length < batchSize) await pause(POLL_MS, undefined, { signal })
      } catch (error) {
        if (signal.aborted) return
        next = undefined
        // An iterator that waited at the start of a shard for its first record is told so; a new one is given it.
        if (isTrimmed(error) && !isRenewed) {
          isRenewed = true
          continue
        }
        if (!hasComplained) complain(error)
        hasComplained = true
        await pause(AFTER_ERROR_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** One batch: what there is now, or what comes within the batching window. */
  async function gather(from: string): Promise<{ records: readonly StreamRecord[]; after: string | undefined }> {
    const records: StreamRecord[] = []
    let after: string | undefined = from
    let until = Number.POSITIVE_INFINITY
    do {
      const answer = await streams.records(after, batchSize - records.length)
      records.push(...answer.records)
      after = answer.next
      if (records.length === 0 || records.length >= batchSize || windowMs === 0) break
      until = Math.min(until, context.now() + windowMs)
      await pause(POLL_MS, undefined, { signal })
    } while (after !== undefined && context.now() < until)
    return { records, after }
  }

  return {
    start() {
      running.add(beginNext())
    },
    async drain() {
      stopping.abort()
      await running.ended()
    },
    async stop() {
      stopping.abort()
      await running.endedOrLate()
    },
  }
}

/** The API and Lambda spell one thing differently. */
const asLambdaRecord =
  (eventSourceARN: string) =>
  ({ userIdentity, ...record }: StreamRecord) => ({
    ...record,
    ...(userIdentity ? { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } } : {}),
    eventSourceARN,
  })
