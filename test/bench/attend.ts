import { randomUUID } from 'node:crypto'
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { namesOf } from '../../infra/names.ts'
import { AttendanceConfirmed, AttendanceDeclined, AttendanceRequested } from '../../schemas/attendances.ts'
import { type EventContract, sourceOf } from '../../schemas/event.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { startDynamoDbLocal } from '../support/dynamodb-local.ts'
import { keptMeetup, MEETUP_TABLES } from '../support/meetups.ts'
import { until } from '../support/until.ts'
import { processorMs } from './processes.ts'
import { percentile, round, times } from './statistics.ts'

const REQUESTS = 500
const PLACES = 250
const WARM_UP = 100
const CONCURRENCY = 32
const PATIENCE_MS = 300_000
const names = namesOf('dev')

/**
 * 500 people who want one of 250 places, each by an event of its own, 32 at a time, until all is decided. Beside that, as
 * many read the meetup and write the same transaction, straight to an engine of the same kind.
 */
export async function attend(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  try {
    await throughTheBus(cloud, WARM_UP)
    const before = processorMs(cloud.pid)
    const { perSecond, taken, confirmed, counted } = await throughTheBus(cloud, REQUESTS)
    const cpuMs = processorMs(cloud.pid) - before
    await cloud.stop()
    const engine = await engineAlone()
    return [
      {
        'decisions/s': round(perSecond),
        'p50 ms': round(percentile(taken, 50)),
        'p99 ms': round(percentile(taken, 99)),
        'CPU ms each': round(cpuMs / REQUESTS),
        'engine alone/s': round(engine),
        '% of engine': round((100 * perSecond) / engine),
        confirmed,
        oversold: Math.max(confirmed, counted) - PLACES,
        'not counted': confirmed - counted,
      },
    ]
  } finally {
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

async function throughTheBus(cloud: RunningCloud, requests: number) {
  const config = clientConfig(cloud.endpoint)
  const records = DynamoDBDocumentClient.from(new DynamoDBClient(config))
  const bus = new EventBridgeClient(config)
  const meetup = keptMeetup({ maxAttendees: PLACES })
  const { meetupId } = meetup
  await records.send(new PutCommand({ TableName: names.table('meetups'), Item: meetup }))

  const askedAt = new Map<unknown, number>()
  await times(requests, CONCURRENCY, async () => {
    const userId = randomUUID()
    askedAt.set(userId, Date.now())
    await bus.send(new PutEventsCommand({ Entries: [requestOf({ meetupId, userId, email: `${userId}@example.com` })] }))
  })
  await until(cloud.settled, PATIENCE_MS)
  const outcomes = [await outcomesOf(cloud, AttendanceConfirmed), await outcomesOf(cloud, AttendanceDeclined)]
  const [confirmed = [], declined = []] = outcomes.map((known) => [...known].filter(([userId]) => askedAt.has(userId)))
  const decided = [...confirmed, ...declined]
  if (decided.length !== requests) throw new Error(`There are ${decided.length} outcomes of ${requests} requests`)
  const { Item: item } = await records.send(
    new GetCommand({ TableName: names.table('meetups'), Key: { meetupId }, ConsistentRead: true }),
  )
  bus.destroy()
  records.destroy()
  const seconds = (Math.max(...decided.map(([, at]) => at)) - Math.min(...askedAt.values())) / 1000
  return {
    perSecond: requests / seconds,
    taken: decided.map(([userId, at]) => at - (askedAt.get(userId) ?? 0)),
    confirmed: confirmed.length,
    counted: Number(item?.attending),
  }
}

function requestOf(data: typeof AttendanceRequested.example): PutEventsRequestEntry {
  const { name: DetailType, version } = AttendanceRequested
  const eventId = randomUUID()
  const metadata = { eventId, correlationId: eventId, version, occurredAt: new Date().toISOString() }
  const Detail = JSON.stringify({ metadata, data })
  return { EventBusName: names.bus, Source: sourceOf(AttendanceRequested), DetailType, Detail }
}

/** When it was first decided so of each user, in epoch milliseconds: what is retried is announced again. */
async function outcomesOf(cloud: RunningCloud, { name }: EventContract): Promise<ReadonlyMap<unknown, number>> {
  const newestFirst = await cloud.events({ name, limit: '10000' })
  return new Map(
    newestFirst.map(({ detail: { metadata, data } }) => [data.userId, Date.parse(String(metadata.occurredAt))]),
  )
}

/** Decisions a second if there were nothing but their reads and writes, once the engine is warm. */
async function engineAlone(): Promise<number> {
  const engine = await startDynamoDbLocal(MEETUP_TABLES)
  const records = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(engine.url)))
  const { table } = namesOf('test')
  const decide = async (requests: number) => {
    const { meetupId, ...meetup } = keptMeetup({ maxAttendees: PLACES })
    await engine.put('meetups', { meetupId, ...meetup })
    await times(requests, CONCURRENCY, async () => {
      const attendance = { meetupId, userId: randomUUID(), email: 'ada@example.com', at: new Date().toISOString() }
      const Put = {
        TableName: table('attendances'),
        Item: { ...attendance, requestId: randomUUID(), attendsAt: meetup.startsAt, status: 'CONFIRMED' },
        ConditionExpression: 'attribute_not_exists(userId)',
      }
      const Update = {
        TableName: table('meetups'),
        Key: { meetupId },
        UpdateExpression: 'SET attending = attending + :one',
        ConditionExpression: 'attending < maxAttendees',
        ExpressionAttributeValues: { ':one': 1 },
      }
      const { Item: item } = await records.send(
        new GetCommand({ TableName: table('meetups'), Key: { meetupId }, ConsistentRead: true }),
      )
      if (Number(item?.attending) < PLACES) {
        try {
          return void (await records.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Update }] })))
        } catch (error) {
          if (!(error instanceof TransactionCanceledException)) throw error
        }
      }
      await records.send(new PutCommand({ ...Put, Item: { ...attendance, status: 'DECLINED' } }))
    })
  }
  try {
    await decide(WARM_UP)
    const startedAt = performance.now()
    await decide(REQUESTS)
    return REQUESTS / ((performance.now() - startedAt) / 1000)
  } finally {
    records.destroy()
    await engine.stop()
  }
}
