import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { namesOf } from '../../infra/names.ts'
import { sourceOf } from '../../schemas/event.ts'
import { RegistrationRequested } from '../../schemas/registrations.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'
import { watchMemory } from './processes.ts'
import { round, times } from './statistics.ts'

const TO_A_QUEUE = 50_000
const TO_CONSUMERS = 2000
const BATCH = 10
const CONCURRENCY = 8
const names = namesOf('dev')
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`

/**
 * Archived events replayed a second, until all are delivered and settled: to a rule with a queue that nobody reads, and
 * to the consumers there are, which have done it before. Beside a bare read of the same archive.
 */
export async function replay(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  const client = new EventBridgeClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  try {
    const archived = await put(client, TO_A_QUEUE, note)
    const queueRule = await ruleToQueue(cloud, client)
    const toQueue = await replayed(cloud, client, 'to-a-queue', [queueRule])
    await put(client, TO_CONSUMERS, registration)
    await cloud.settled()
    const toConsumers = await replayed(cloud, client, 'to-consumers', [
      arn('events', `rule/${names.bus}/keep-registrations`),
      arn('events', `rule/${names.bus}/send-verification`),
    ])
    await cloud.stop()
    const read = bareRead(stateDir)
    const row = (what: string, count: number, { ms, peakMiB }: Replayed) => ({
      replay: what,
      events: count,
      'events/s': round((1000 * count) / ms, 0),
      'read/s': round(read, 0),
      '% of read': round((100_000 * count) / ms / read),
      'peak MiB': peakMiB,
      'archived/s': round(archived, 0),
    })
    return [row('to a queue', TO_A_QUEUE, toQueue), row('to 2 consumers, duplicates', TO_CONSUMERS, toConsumers)]
  } finally {
    client.destroy()
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

/** Puts events on the bus; answers how many a second. */
async function put(client: EventBridgeClient, count: number, entry: () => PutEventsRequestEntry): Promise<number> {
  const startedAt = performance.now()
  await times(count / BATCH, CONCURRENCY, async () => {
    const { FailedEntryCount } = await client.send(
      new PutEventsCommand({ Entries: Array.from({ length: BATCH }, () => ({ EventBusName: names.bus, ...entry() })) }),
    )
    if (FailedEntryCount !== 0) throw new Error('The bus did not take an event')
  })
  return (1000 * count) / (performance.now() - startedAt)
}

/** An event that no consumer takes. */
const note = (): PutEventsRequestEntry => ({
  Source: 'bench',
  DetailType: 'Noted',
  Detail: JSON.stringify({ metadata: metadata(), data: { text: 'x'.repeat(100) } }),
})

const registration = (): PutEventsRequestEntry => ({
  Source: sourceOf(RegistrationRequested),
  DetailType: RegistrationRequested.name,
  Detail: JSON.stringify({
    metadata: metadata(),
    data: { ...RegistrationRequested.example, registrationId: randomUUID() },
  }),
})

const metadata = () => ({
  eventId: randomUUID(),
  correlationId: randomUUID(),
  version: 1,
  occurredAt: new Date().toISOString(),
})

/** A rule for the notes, whose target is a queue that nobody reads; answers the rule's ARN. */
async function ruleToQueue(cloud: RunningCloud, client: EventBridgeClient): Promise<string> {
  const sqs = new SQSClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  })
  await sqs.send(new CreateQueueCommand({ QueueName: 'bench' }))
  sqs.destroy()
  const rule = { Name: 'bench', EventBusName: names.bus, EventPattern: '{"source":["bench"]}' }
  const { RuleArn = '' } = await client.send(new PutRuleCommand(rule))
  await client.send(
    new PutTargetsCommand({
      Rule: rule.Name,
      EventBusName: names.bus,
      Targets: [{ Id: 'queue', Arn: arn('sqs', 'bench') }],
    }),
  )
  return RuleArn
}

interface Replayed {
  readonly ms: number
  readonly peakMiB: number
}

/** Replays the whole archive to these rules, until it is over and everything has settled. */
async function replayed(
  cloud: RunningCloud,
  client: EventBridgeClient,
  ReplayName: string,
  FilterArns: string[],
): Promise<Replayed> {
  const peak = watchMemory(cloud.pid)
  const startedAt = performance.now()
  await client.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: arn('events', `archive/${names.archive}`),
      EventStartTime: new Date(0),
      EventEndTime: new Date(Date.now() + 1000),
      Destination: { Arn: arn('events', `event-bus/${names.bus}`), FilterArns },
    }),
  )
  await until(async () => {
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName }))
    if (State !== 'COMPLETED') throw new Error(`The replay is ${State}`)
  }, 300_000)
  await cloud.settled()
  return { ms: performance.now() - startedAt, peakMiB: peak() }
}

/** Archived events a second when they are only read, in the order and with all that a replay reads. */
function bareRead(stateDir: string): number {
  const database = new DatabaseSync(join(stateDir, 'cloud.sqlite'), { readOnly: true })
  const startedAt = performance.now()
  let count = 0
  const select = database.prepare(`SELECT a.time, e.seq, e.id, e.trace_id, e.envelope
    FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event ORDER BY a.time, a.event`)
  for (const _ of select.iterate()) count++
  database.close()
  return (1000 * count) / (performance.now() - startedAt)
}
