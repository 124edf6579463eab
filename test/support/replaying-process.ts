import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { openDatabase } from '../../infra/local/database.ts'
import type { CloudContext } from '../../infra/local/engines/engine.ts'
import { createEventBridge } from '../../infra/local/engines/eventbridge/index.ts'

/**
 * `node --expose-gc replaying-process.ts STATE_DIR COUNT COUNT…`: archives events until there are as many as the first
 * count says, replays all to a queue whose consumer reports on each, goes on to the next count, and prints as JSON what
 * memory each replay took.
 */
export const ReplayMemory = z.array(
  z.object({
    /** Events delivered. */
    delivered: z.number(),
    /** The most that was in use at any time during the replay, garbage not counted, in bytes. */
    heapUsed: z.number(),
    /** Of the whole process. */
    residentSet: z.number(),
  }),
)
export type ReplayMemory = z.output<typeof ReplayMemory>

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default'
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue'
/** Deliveries between two looks at the memory. */
const LOOK_EVERY = 5_000

async function main([stateDir = '', ...counts]: readonly string[]): Promise<void> {
  let delivered = 0
  const memory = { heapUsed: 0, residentSet: 0 }
  const look = () => {
    globalThis.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    memory.heapUsed = Math.max(memory.heapUsed, heapUsed)
    memory.residentSet = Math.max(memory.residentSet, rss)
  }
  const database = openDatabase(stateDir)
  const context: CloudContext = {
    account: '000000000000',
    region: 'us-east-1',
    endpoint: '',
    siteUrl: '',
    stateDir,
    database,
    now: Date.now,
    warn: console.error,
  }
  // Consumes more slowly than a replay could deliver.
  const queue: { readonly messageId: string; readonly payload: string }[] = []
  const consume = () => {
    for (const { messageId } of queue.splice(0, 10))
      eventBridge.report({ queueArn: QUEUE, messageId, outcome: 'duplicate', attempts: 1, ms: 1 })
    if (queue.length > 0) setImmediate(consume)
  }
  const eventBridge = createEventBridge(context, async (_, payload) => {
    const messageId = `message-${++delivered}`
    if (delivered % LOOK_EVERY === 0) look()
    if (queue.length === 0) setImmediate(consume)
    queue.push({ messageId, payload })
    return { messageId, tracked: true }
  })
  await eventBridge.start?.()

  async function call(operation: string, input: object): Promise<unknown> {
    const answer = await eventBridge.services?.events?.({
      method: 'POST',
      url: '/',
      headers: { 'x-amz-target': `AWSEvents.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
      caller: 'test',
    })
    if (answer?.status !== 200) throw new Error(`${operation}: ${answer?.body}`)
    return JSON.parse(answer.body.toString())
  }

  async function replayed(ReplayName: string): Promise<void> {
    const Destination = { Arn: BUS }
    const EventSourceArn = 'arn:aws:events:us-east-1:000000000000:archive/kept'
    await call('StartReplay', { ReplayName, EventSourceArn, EventStartTime: 0, EventEndTime: 1e10, Destination })
    const state = async () => z.object({ State: z.string() }).parse(await call('DescribeReplay', { ReplayName })).State
    while ((await state()) !== 'COMPLETED' || eventBridge.inFlight() > 0) await new Promise(setImmediate)
  }

  await call('CreateArchive', { ArchiveName: 'kept', EventSourceArn: BUS })
  await call('PutRule', { Name: 'replayed', EventPattern: '{"replay-name":[{"exists":true}]}' })
  await call('PutTargets', { Rule: 'replayed', Targets: [{ Id: 'queue', Arn: QUEUE }] })
  const results: ReplayMemory = []
  let archived = 0
  for (const count of counts.map(Number)) {
    for (; archived < count; archived += 10) await call('PutEvents', { Entries: Array.from({ length: 10 }, entry) })
    delivered = 0
    Object.assign(memory, { heapUsed: 0, residentSet: 0 })
    look()
    await replayed(`of-${count}`)
    results.push({ delivered, ...memory })
  }
  await eventBridge.stop?.()
  database.close()
  console.log(JSON.stringify(results))
}

const entry = () => {
  const metadata = {
    eventId: randomUUID(),
    correlationId: randomUUID(),
    version: 1,
    occurredAt: '2027-01-15T08:00:00Z',
  }
  const Detail = JSON.stringify({ metadata, data: { text: 'x'.repeat(100) } })
  return { Source: 'test', DetailType: 'Noted', Detail }
}

if (import.meta.main) await main(process.argv.slice(2))
