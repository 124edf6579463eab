import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { onTestFinished } from 'vitest'
import type { Sendings } from '../../../infra/local/chaos.ts'
import type { CloudContext } from '../../../infra/local/engines/engine.ts'
import {
  createEventBridge,
  type Deliver,
  type EventBridge,
  type Sending,
} from '../../../infra/local/engines/eventbridge/index.ts'
import { untilTrue } from '../../support/until.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, temporaryFolder } from './cloud-context.ts'

export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:jobs'
export const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:jobs-dlq'

/** What a target was handed. */
export interface Sent {
  readonly targetArn: string
  readonly payload: string
  readonly event: Sending
  readonly attributes?: Readonly<Record<string, string>> | undefined
}

/** A target that takes everything, and remembers it. Message ids are `message-1`, `message-2`, … */
export function recordingTarget({ tracked = false, fail = (_sent: Sent, _attempt: number): void => {} } = {}) {
  const attempted: Sent[] = []
  const sent: Sent[] = []
  const deliver: Deliver = async (targetArn, payload, event, attributes) => {
    const sending = { targetArn, payload, event, attributes }
    attempted.push(sending)
    fail(sending, attempted.filter((other) => other.targetArn === targetArn).length)
    sent.push(sending)
    return { messageId: `message-${sent.length}`, tracked }
  }
  return { attempted, sent, deliver, bodies: (): unknown[] => sent.map(({ payload }) => JSON.parse(payload)) }
}

interface Setup {
  readonly deliver?: Deliver
  readonly stateDir?: string
  readonly backoff?: (attempts: number) => number
  readonly sendings?: Sendings
  readonly context?: Partial<CloudContext>
}

/** An EventBridge that is stopped after the test, or by `stop` before; one whose `stop` is not called yet has been killed. */
export function startEventBridge({
  deliver = recordingTarget().deliver,
  stateDir = temporaryFolder(),
  backoff,
  sendings,
  context,
}: Setup = {}) {
  const database = new DatabaseSync(join(stateDir, 'cloud.sqlite'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const eventBridge = createEventBridge(cloudContext(stateDir, { database, ...context }), deliver, {
    ...(backoff ? { backoff } : {}),
    sendings,
  })
  const stop = () => {
    eventBridge.stop?.()
    if (database.isOpen) database.close()
  }
  onTestFinished(stop)
  return { eventBridge, database, stop }
}

/** The SDK's client of it. */
export async function clientOf(eventBridge: EventBridge): Promise<EventBridgeClient> {
  const client = new EventBridgeClient(await awsEndpoint(eventBridge))
  onTestFinished(() => client.destroy())
  return client
}

/** A started EventBridge and its client. */
export async function running(setup: Setup = {}) {
  const started = startEventBridge(setup)
  await started.eventBridge.start?.()
  return { ...started, client: await clientOf(started.eventBridge) }
}

/** A rule for every event of the source `test`, with these targets. */
export async function addRule(client: EventBridgeClient, name: string, ...targets: readonly object[]): Promise<void> {
  await client.send(new PutRuleCommand({ Name: name, EventPattern: '{"source":["test"]}' }))
  const Targets = targets.map((target, index) => ({ Id: `t${index + 1}`, Arn: QUEUE, ...target }))
  await client.send(new PutTargetsCommand({ Rule: name, Targets }))
}

/** Puts one event of the source `test`; answers its id. */
export async function put(client: EventBridgeClient, detail: object = {}, entry: object = {}): Promise<string> {
  const { Entries } = await client.send(
    new PutEventsCommand({
      Entries: [{ Source: 'test', DetailType: 'Tested', Detail: JSON.stringify(detail), ...entry }],
    }),
  )
  return Entries?.[0]?.EventId ?? ''
}

export const settled = (eventBridge: EventBridge): Promise<void> =>
  untilTrue(() => eventBridge.inFlight() === 0).then(() => {})
