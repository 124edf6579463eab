import { expect, onTestFinished, test } from 'vitest'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import type { Streams } from '../../../infra/local/engines/dynamodb/streams.ts'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { createEventSources } from '../../../infra/local/engines/event-sources.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { until } from '../../support/until.ts'
import { cloudContext, provision } from './cloud-context.ts'

const trimmed = () => {
  throw new AwsError('TrimmedDataAccessException', 'The operation attempted to read past the oldest stream record.')
}
const record = (id: string) => ({
  eventID: id,
  eventName: 'INSERT',
  awsRegion: 'us-east-1',
  dynamodb: { SequenceNumber: id, ApproximateCreationDateTime: 1, Keys: {} },
})

/**
 * A function that follows a stream, whose iterators are numbers; `read` answers what the one of that number reads,
 * `undefined` at the end of its shard.
 */
async function follow(
  read: (iterator: number) => readonly ReturnType<typeof record>[] | undefined,
  shards = () => ['shard'],
) {
  const [warnings, payloads]: [string[], string[]] = [[], []]
  const context = cloudContext(undefined, { warn: (message) => void warnings.push(message) })
  const fauxqs = createFauxqs(context)
  let iterators = 0
  const streams: Streams = {
    shards: async () => shards().map((shardId) => ({ shardId })),
    iterator: async () => String(++iterators),
    records: async (iterator) => {
      const records = read(Number(iterator))
      return { records: records ?? [], next: records && iterator }
    },
  }
  const sources = createEventSources(context, {
    sqs: createSqs(context, fauxqs),
    streams,
    lambda: {
      invoke: async (_, payload) => {
        payloads.push(payload)
        return { payload: 'null', log: [] }
      },
      timeoutSeconds: () => 1,
      runInBackground: () => {},
    },
    report: () => {},
    attempts: createAttempts(),
  })
  await provision(sources, 'AWS::Lambda::EventSourceMapping', {
    EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/s',
    FunctionName: 'follower',
    StartingPosition: 'TRIM_HORIZON',
  })
  onTestFinished(async () => {
    await sources.stop?.()
    await fauxqs.close()
  })
  await sources.start?.()
  const positions = () => context.database.prepare('SELECT shard FROM stream_positions').all()
  return { warnings, payloads, positions }
}

test('an iterator that is too old is replaced by a new one, without a word', async () => {
  let isRead = false
  const { warnings, payloads } = await follow((iterator) => {
    if (iterator === 1) return trimmed()
    const records = isRead ? [] : [record('1')]
    isRead = true
    return records
  })
  await until(() => expect(payloads).toHaveLength(1))
  expect(warnings).toEqual([])
})

test('a stream that cannot be read is told once, and tried again in peace', async () => {
  const { warnings, payloads } = await follow((iterator) => (iterator < 4 ? trimmed() : [record(String(iterator))]))
  await until(() => expect(payloads.length).toBeGreaterThan(0))
  expect(warnings).toEqual([expect.stringMatching(/^The stream for follower cannot be read: .*past the oldest/)])
})

test('of a shard that is not there any more nothing is remembered', async () => {
  let shard = 'parent'
  const read = (iterator: number) => {
    shard = 'child'
    return iterator === 1 ? undefined : []
  }
  const { positions } = await follow(read, () => [shard])
  await until(() => expect(positions()).toEqual([{ shard: 'child' }]))
})
