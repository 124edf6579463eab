import type { CloudContext } from '../engine.ts'
import type { Catalog } from './catalog.ts'
import { type Failure, failureOf } from './failure.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Delivery, Journal, Settlement } from './journal.ts'

export type Dispatcher = ReturnType<typeof createDispatcher>

/** One attempt at a delivery: of which event, and which attempt of how many (from 1). */
export interface Sending {
  readonly id: string
  readonly traceId?: string
  readonly attempt: number
  readonly mostAttempts: number
}

/**
 * How EventBridge hands a payload to a target. `tracked`: a consumer will report on this message later. Rejects with an
 * `AwsError` for a failure. `attributes`: message attributes, for dead letters.
 */
export type Deliver = (
  targetArn: string,
  payload: string,
  event: Sending,
  attributes?: Readonly<Record<string, string>>,
) => Promise<{ readonly messageId?: string; readonly tracked: boolean }>

interface Options {
  readonly catalog: Catalog
  readonly journal: Journal
  readonly deliver: Deliver
  /** Runs a number of sendings; what they write at once may become one transaction of their target's. */
  readonly batch: (sendAll: () => void) => void
  /** Milliseconds to wait after this many failed attempts. */
  readonly backoff: (attempts: number) => number
  /** A delivery of this event changed. */
  readonly changed: (eventId: string) => void
}

/** Sent in one turn of the event loop, so that requests get their turn too. */
const PER_TURN = 64
/** Replays and retries wait while so many are being sent. */
const CROWD = 256
const MAX_EARLY = 1000
const DEFAULT_MAX_RETRIES = 185
const DEFAULT_MAX_AGE_SECONDS = 86_400
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Sends deliveries to their targets, at least once: retries by the target's policy, then dead letters.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export function createDispatcher(context: CloudContext, options: Options) {
  const { catalog, journal, deliver, batch, backoff, changed } = options
  const commit = createGroupCommit(journal.transaction)
  let queue: Delivery[] = []
  let sending = 0
  let stopped = false
  let turn: NodeJS.Immediate | undefined
  let timer: { readonly at: number; readonly timeout: NodeJS.Timeout } | undefined
  let taking = false
  let waiting: (() => void)[] = []
  // A consumer can be done before the target's answer that names the message has come back.
  const early = new Map<string, Settlement>()

  function takeTurn(): void {
    turn = undefined
    const now = queue.slice(0, PER_TURN)
    queue = queue.slice(PER_TURN)
    if (queue.length > 0) turn = setImmediate(takeTurn)
    sendAll(now)
  }

  const sendAll = (deliveries: readonly Delivery[]): void =>
    batch(() => {
      for (const delivery of deliveries) send(delivery)
    })

  function send(delivery: Delivery): void {
    trySend(delivery).catch((error: unknown) => {
      context.warn(`EventBridge could not write down a delivery of the event ${delivery.eventId}: ${error}`)
    })
  }

  async function trySend(delivery: Delivery): Promise<void> {
    const startedAt = performance.now()
    sending++
    try {
      const { messageId, tracked } = await deliver(delivery.targetArn, payloadOf(delivery), sendingOf(delivery))
      if (stopped) return
      const endedAt = context.now()
      const ms = Math.round(performance.now() - startedAt)
      await commit.write(() => {
        if (tracked && messageId !== undefined) handedOver(delivery, messageId)
        else journal.delivered(delivery.id, { attempts: delivery.attempts + 1, ms, endedAt })
      })
    } catch (error) {
      await failed({ ...delivery, attempts: delivery.attempts + 1 }, failureOf(error))
    } finally {
      sending--
      if (!stopped) settled(delivery)
    }
  }

  function handedOver({ id }: Delivery, messageId: string): void {
    journal.handedOver(id, messageId)
    const settlement = early.get(messageId)
    if (settlement) journal.report(settlement)
  }

  function settled({ eventId }: Delivery): void {
    if (sending === 0) early.clear()
    if (sending + queue.length < CROWD) {
      for (const resume of waiting) resume()
      waiting = []
    }
    changed(eventId)
  }

  async function failed(delivery: Delivery, failure: Failure): Promise<void> {
    if (stopped) return
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = retryPolicyOf(delivery)
    const now = context.now()
    const tooOldAt = delivery.createdAt + MaximumEventAgeInSeconds * 1000
    if (!failure.retryable) return bury(delivery, failure, undefined)
    if (delivery.attempts > MaximumRetryAttempts) return bury(delivery, failure, 'MaximumRetryAttempts')
    if (now >= tooOldAt) return bury(delivery, failure, 'MaximumEventAgeInSeconds')
    const dueAt = Math.ceil(Math.min(now + backoff(delivery.attempts), tooOldAt))
    journal.retryAt(delivery.id, delivery.attempts, failure.message, dueAt)
    wakeAt(dueAt)
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  async function bury(delivery: Delivery, failure: Failure, exhausted: string | undefined): Promise<void> {
    const { id, ruleArn, targetArn, eventId, envelope, attempts } = delivery
    const deadLetters = targetOf(delivery)?.DeadLetterConfig?.Arn
    const lost = `EventBridge could not deliver the event ${eventId} to ${targetArn} (${failure.message})`
    if (deadLetters === undefined)
      context.warn(`${lost}, and the rule's target has no dead-letter queue: it is dropped.`)
    else {
      const attributes = {
        RULE_ARN: ruleArn,
        TARGET_ARN: targetArn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        RETRY_ATTEMPTS: String(attempts - 1),
        ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
      }
      try {
        await deliver(deadLetters, envelope, sendingOf(delivery), attributes)
      } catch (error) {
        context.warn(
          `${lost}, nor to the dead-letter queue ${deadLetters} (${failureOf(error).message}): it is dropped.`,
        )
      }
    }
    if (!stopped) journal.dead(id, attempts, failure.message)
  }

  function retryPolicyOf(delivery: Delivery) {
    const { MaximumRetryAttempts = DEFAULT_MAX_RETRIES, MaximumEventAgeInSeconds = DEFAULT_MAX_AGE_SECONDS } =
      targetOf(delivery)?.RetryPolicy ?? {}
    return { MaximumRetryAttempts, MaximumEventAgeInSeconds }
  }

  const sendingOf = (delivery: Delivery): Sending => ({
    id: delivery.eventId,
    ...(delivery.traceId === undefined ? {} : { traceId: delivery.traceId }),
    attempt: delivery.attempts + 1,
    mostAttempts: retryPolicyOf(delivery).MaximumRetryAttempts + 1,
  })

  const targetOf = ({ ruleArn, targetId }: Delivery) =>
    catalog.rules.get(ruleArn)?.targets.find(({ Id }) => Id === targetId)

  /** One timer, for the earliest. */
  function wakeAt(at: number): void {
    if (stopped || (timer && timer.at <= at)) return
    clearTimeout(timer?.timeout)
    const wait = Math.min(Math.max(at - context.now(), 0), LONGEST_TIMER_MS)
    timer = { at, timeout: setTimeout(() => void sendDue(), wait) }
  }

  async function sendDue(): Promise<void> {
    timer = undefined
    if (taking) return
    taking = true
    for (let due = takeDue(); due.length > 0; due = takeDue()) {
      sendAll(due)
      await room()
    }
    taking = false
    const next = stopped ? undefined : journal.nextDue()
    if (next !== undefined) wakeAt(next)
  }

  const takeDue = (): readonly Delivery[] =>
    stopped ? [] : journal.transaction(() => journal.takeDue(context.now(), PER_TURN))

  const room = (): Promise<void> =>
    stopped || sending + queue.length < CROWD
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.push(resolve)
        })

  return {
    /** Sends new deliveries, when they are due and whoever asked for them has been answered. */
    enqueue(deliveries: readonly Delivery[]): void {
      if (deliveries.length === 0) return
      for (const { dueAt } of deliveries) if (dueAt !== undefined) wakeAt(dueAt)
      queue.push(...deliveries.filter(({ dueAt }) => dueAt === undefined))
      turn ??= setImmediate(takeTurn)
    },

    /** Resolves when there is room for more deliveries that are in no hurry. */
    room,

    /** Takes a consumer's report. */
    report(settlement: Settlement): void {
      commit.flush()
      const eventId = journal.report(settlement)
      if (eventId !== undefined) changed(eventId)
      else if (sending > 0 && early.size < MAX_EARLY) early.set(settlement.messageId, settlement)
    },

    /** Sends what an earlier run has left. */
    start(): void {
      void sendDue()
    },

    /** Leaves everything as it is on disk; what is being sent will be sent again by the next run. */
    stop(): void {
      commit.flush()
      stopped = true
      queue = []
      clearImmediate(turn)
      clearTimeout(timer?.timeout)
      for (const resume of waiting) resume()
    },
  }
}

const payloadOf = ({ payload, envelope }: Delivery): string => payload ?? envelope
