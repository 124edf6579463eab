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
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'
import { watchMemory } from './processes.ts'
import { round, times } from './statistics.ts'

const TO_A_QUEUE = 50_000
const TO_CONSUMERS = 1000
const BATCH = 10
const CONCURRENCY = 8
const PATIENCE_MS = 300_000
const names = namesOf('dev')
/** The notes are older than the registrations. */
const NOTED_UNTIL = new Date(Date.now() - 3_600_000)
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`

/**
 * Archived events replayed a second, until all are delivered and settled: to a rule with a queue that nobody reads, and
 * to two consumers, which have done it before. Beside the same archive merely read, and the deliveries merely written.
 */
export async function replay(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  const client = new EventBridgeClient(clientConfig(cloud.endpoint))
  try {
    const archived = await put(client, TO_A_QUEUE, note)
    const queueRule = await ruleToQueue(cloud, client)
    const toQueue = await replayed(cloud, client, { name: 'to-a-queue', rules: [queueRule], from: new Date(0) })
    await put(client, TO_CONSUMERS, registration)
    await until(cloud.settled, PATIENCE_MS)
    const rules = ['keep-registrations', 'send-verification'].map((name) => arn('events', `rule/${names.bus}/${name}`))
    const toConsumers = await replayed(cloud, client, { name: 'to-consumers', rules, from: NOTED_UNTIL })
    await cloud.stop()
    const { read, written } = bare(stateDir)
    const row = (what: string, count: number, { ms, peakMiB }: Replayed) => {
      const perSecond = (1000 * count) / ms
      return {
        replay: what,
        events: count,
        'events/s': round(perSecond, 0),
        'bare read/s': round(read, 0),
        '% of it': round((100 * perSecond) / read),
        'bare read and write/s': round(written, 0),
        '% of that': round((100 * perSecond) / written),
        'peak MiB': peakMiB,
        'archived/s': round(archived, 0),
      }
    }
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
  Time: new Date(NOTED_UNTIL.getTime() - 1000),
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
  const sqs = new SQSClient(clientConfig(cloud.endpoint))
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

interface Wanted {
  readonly name: string
  /** ARNs of those who get them. */
  readonly rules: readonly string[]
  readonly from: Date
}

/** Replays what is archived since a time to some rules, until it is over and everything has settled. */
async function replayed(
  cloud: RunningCloud,
  client: EventBridgeClient,
  { name: ReplayName, rules, from }: Wanted,
): Promise<Replayed> {
  const peak = watchMemory(cloud.pid)
  const startedAt = performance.now()
  await client.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: arn('events', `archive/${names.archive}`),
      EventStartTime: from,
      EventEndTime: new Date(Date.now() + 1000),
      Destination: { Arn: arn('events', `event-bus/${names.bus}`), FilterArns: [...rules] },
    }),
  )
  await until(async () => {
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName }))
    if (State !== 'COMPLETED') throw new Error(`The replay is ${State}`)
  }, PATIENCE_MS)
  await until(cloud.settled, PATIENCE_MS)
  return { ms: performance.now() - startedAt, peakMiB: peak() }
}

/** How a replay reads, without its limit per page. */
const SELECT = `SELECT a.time, e.seq, e.id, e.trace_id, e.envelope
  FROM eventbridge_archived a JOIN eventbridge_events e ON e.seq = a.event ORDER BY a.time, a.event`
const INSERT = `INSERT INTO eventbridge_deliveries
  (event, replay, rule_arn, target_id, target_arn, consumer, created_at, due_at) VALUES (?, 'bare', '', '', '', '', 0, 0)`
const UPDATE = `UPDATE eventbridge_deliveries
  SET outcome = 'processed', attempts = 1, ms = 1, due_at = NULL WHERE id = ?`
const PER_COMMIT = 64

/**
 * Archived events a second when they are only read, in a replay's order; and when a delivery of each is written down as
 * well, and then that it was delivered.
 */
function bare(stateDir: string): { readonly read: number; readonly written: number } {
  const database = new DatabaseSync(join(stateDir, 'cloud.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const [insert, update] = [database.prepare(INSERT), database.prepare(UPDATE)]
  const { seconds, value: events } = timed(() => database.prepare(SELECT).all())
  const { seconds: writing } = timed(() => {
    for (let at = 0; at < events.length; at += PER_COMMIT) {
      database.exec('BEGIN')
      const ids = events.slice(at, at + PER_COMMIT).map(({ seq }) => insert.run(seq ?? 0).lastInsertRowid)
      database.exec('COMMIT; BEGIN')
      for (const id of ids) update.run(id)
      database.exec('COMMIT')
    }
  })
  database.close()
  return { read: events.length / seconds, written: events.length / (seconds + writing) }
}

function timed<Value>(work: () => Value): { readonly seconds: number; readonly value: Value } {
  const startedAt = performance.now()
  const value = work()
  return { value, seconds: (performance.now() - startedAt) / 1000 }
}
