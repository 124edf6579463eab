import { setTimeout as delay } from 'node:timers/promises'
import { DescribeReplayCommand, type EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge'
import { Mistake } from '../mistake.ts'
import { type Cloud, isLocal } from './command-line.ts'
import { describeTallies, type Outcomes, watchOutcomes } from './replay-outcomes.ts'
import type { Plan } from './replay-plan.ts'
import { type StatusLine, statusLine } from './status-line.ts'

/** The longest that it waits without anything happening. */
const PATIENCE_MS = 300_000

interface Pace {
  /** Between two looks. */
  readonly everyMs: number
  /** How late a line may come into a log. */
  readonly lateMs: number
  /** The consumers are done when so many looks in a row saw no change and nothing waiting. */
  readonly stillLooks: number
}

/** On AWS the logs and the counts of SQS run late, by up to a minute. */
const paceOf = (cloud: Cloud): Pace =>
  isLocal(cloud) ? { everyMs: 250, lateMs: 5_000, stillLooks: 3 } : { everyMs: 5_000, lateMs: 60_000, stillLooks: 12 }

interface Arns {
  readonly archiveArn: string
  readonly busArn: string
}

/**
 * Starts a replay, shows how it goes, and at the end what became of the events. Ctrl-C leaves it running. Throws a
 * `Mistake` if it fails or is cancelled. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export async function runReplay(client: EventBridgeClient, cloud: Cloud, plan: Plan, arns: Arns): Promise<void> {
  const { name, receivers } = plan
  const pace = paceOf(cloud)
  const since = (await start(client, plan, arns)).getTime()
  const consumers = receivers.filter(({ takes }) => takes !== undefined).map((receiver) => receiver.name)
  const outcomes = watchOutcomes(cloud, consumers, { replay: name, since, lateMs: pace.lateMs })
  const status = statusLine()
  const leave = () => {
    status.end()
    console.log(howToGoOn(name, cloud))
    process.exit(130)
  }
  process.once('SIGINT', leave)
  let waiting: number
  console.log(`${name} has started.`)
  try {
    await delivered(client, name, { outcomes, status, pace })
    waiting = await settled({ outcomes, status, pace })
  } finally {
    status.end()
    process.off('SIGINT', leave)
  }
  report(outcomes, waiting)
}

/** Answers when it began. */
async function start(
  client: EventBridgeClient,
  { name, from, to, filterArns }: Plan,
  { archiveArn, busArn }: Arns,
): Promise<Date> {
  const { ReplayStartTime } = await client.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archiveArn,
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: busArn, ...(filterArns.length > 0 ? { FilterArns: [...filterArns] } : {}) },
    }),
  )
  return ReplayStartTime ?? new Date()
}

function howToGoOn(name: string, { client }: Cloud): string {
  const endpoint = client.endpoint === undefined ? '' : ` --endpoint-url ${client.endpoint}`
  return `The replay goes on without this command. To look at it, or to stop it:
  aws events describe-replay --replay-name ${name}${endpoint}
  aws events cancel-replay --replay-name ${name}${endpoint}`
}

interface Watch {
  readonly outcomes: Outcomes
  readonly status: StatusLine
  readonly pace: Pace
}

/** Resolves when EventBridge has handed over every event. */
async function delivered(client: EventBridgeClient, name: string, { outcomes, status, pace }: Watch): Promise<void> {
  for (;;) {
    const replay = await client.send(new DescribeReplayCommand({ ReplayName: name }))
    const { State = '', StateReason, EventLastReplayedTime: last } = replay
    await outcomes.look()
    if (State === 'COMPLETED') return
    if (State === 'CANCELLED') throw new Mistake(`The replay ${name} was cancelled.`)
    if (State === 'FAILED')
      throw new Mistake(`The replay ${name} failed: ${StateReason ?? 'EventBridge gives no reason.'}`)
    status.show(`${State.toLowerCase()}${last ? `, has come to ${last.toISOString()}` : ''}, ${soFar(outcomes)}`)
    await delay(pace.everyMs)
  }
}

/** Resolves when the consumers are done too, or nothing has happened for long. Answers how many messages still wait. */
async function settled({ outcomes, status, pace }: Watch): Promise<number> {
  let changedAt = performance.now()
  let before = ''
  for (let still = 0; ; ) {
    await delay(pace.everyMs)
    const waiting = await outcomes.waiting()
    await outcomes.look()
    const now = JSON.stringify(outcomes.tallies(false))
    still = waiting === 0 && now === before ? still + 1 : 0
    if (now !== before) changedAt = performance.now()
    before = now
    if (still === pace.stillLooks || performance.now() - changedAt > PATIENCE_MS) return waiting
    status.show(`delivered, ${soFar(outcomes)}${waiting > 0 ? `, ${waiting} waiting` : ''}`)
  }
}

function soFar(outcomes: Outcomes): string {
  const done = outcomes.tallies(false).map(({ processed, duplicate, dead }) => processed + duplicate + dead)
  return `${done.reduce((sum, count) => sum + count, 0)} done by consumers`
}

function report(outcomes: Outcomes, waiting: number): void {
  const tallies = outcomes.tallies(waiting === 0)
  process.stdout.write(`\n${describeTallies(tallies)}`)
  if (waiting > 0) console.log(`\nStill waiting to be tried again: ${waiting}.`)
  for (const { consumer } of tallies.filter(({ dead }) => dead > 0))
    console.log(`\nTo see what is dead and why: npm run dlq -- show ${consumer}`)
}
