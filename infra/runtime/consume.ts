import { setTimeout as delay } from 'node:timers/promises'
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency'
import type { Logger } from '@aws-lambda-powertools/logger'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import {
  type Event,
  type EventContract,
  knownDetailOf,
  type VersionedName,
  versionedNameOf,
} from '../../schemas/event.ts'
import { IDEMPOTENCY_SECONDS } from '../names.ts'
import type { ConsumerDeclaration } from './consumer.ts'
import { allEmitterOf } from './emit.ts'
import { names, variable } from './environment.ts'
import { IdempotencyStore } from './idempotency-store.ts'
import { logger } from './logger.ts'

/** What a function is given beside the event. `Emitted`: the events that its consumer declares in `emits`. */
export interface ConsumerContext<Emitted extends EventContract = never> {
  readonly logger: Logger
  /**
   * Emits an event that follows from the one being consumed. Its id is derived from that one's, or from `key` where the
   * same event may follow from more than one.
   */
  readonly emit: <Contract extends Emitted>(
    contract: Contract,
    data: z.input<Contract['data']>,
    key?: string,
  ) => Promise<void>
  /** Emits many events that follow from it, ten a call, each with an id derived from its own key. */
  readonly emitAll: <Contract extends Emitted>(
    contract: Contract,
    events: readonly { readonly data: z.input<Contract['data']>; readonly key: string }[],
  ) => Promise<void>
}

export type ConsumerFunction<Contract extends EventContract, Emitted extends EventContract = never> = (
  event: Event<Contract>,
  context: ConsumerContext<Emitted>,
) => Promise<void>

type Named<Contract extends EventContract, Name> = Contract extends unknown
  ? VersionedName<Contract> extends Name
    ? Contract
    : never
  : never

type Functions<Taken extends EventContract, Emitted extends EventContract> = {
  readonly [Name in VersionedName<Taken>]: ConsumerFunction<Named<Taken, Name>, Emitted>
}

/** Thrown for an event that no retry can make right: it goes to the dead letters at once. */
export class UnprocessableEvent extends Error {
  override readonly name = 'UnprocessableEvent'
}

const Envelope = z.object({
  id: z.string(),
  'detail-type': z.string(),
  'replay-name': z.string().optional(),
  detail: z.unknown(),
})
type Envelope = z.infer<typeof Envelope>

/** Of a function's time, what it may wait for another delivery; the rest is for the work itself. */
const WAITING_SHARE = 0.5
const LONGEST_PAUSE_MS = 400

type Outcome = 'processed' | 'duplicate' | 'dead' | 'retrying'

/**
 * Turns a function per event into the Lambda handler of an SQS queue fed by EventBridge: takes the batch apart,
 * validates, does each event once (idempotency key: consumer and eventId), and reports which messages to retry.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function consume<
  const Events extends readonly EventContract[],
  const Emits extends readonly EventContract[] = readonly [],
>(declaration: ConsumerDeclaration<Events, Emits>, functions: Functions<Events[number], Emits[number]>) {
  type Given = ConsumerContext<Emits[number]>
  const { events } = declaration
  const emitAll = allEmitterOf(declaration)
  // `Functions` ties each name to its own event type; past this line the name has been looked up and the data parsed.
  const steps = new Map(events.map((contract) => [versionedNameOf(contract), knownDetailOf(contract)]))
  const run: Readonly<Record<string, (event: never, context: Given) => Promise<void>>> = functions
  const config = new IdempotencyConfig({
    expiresAfterSeconds: IDEMPOTENCY_SECONDS,
    throwOnNoIdempotencyKey: true,
  })

  // An environment has one invocation at a time.
  let waitUntil = 0
  const once = makeIdempotent((_key: string, work: () => Promise<void>) => work(), {
    persistenceStore: new IdempotencyStore(names.table('idempotency')),
    config,
    keyPrefix: variable('CONSUMER'),
    dataIndexArgument: 0,
  })

  function parse(envelope: Envelope): {
    envelope: Envelope
    event: Event
    work: (context: Given) => Promise<void>
  } {
    const name = envelope['detail-type']
    const known = versionedNameOf({ name, version: versionIn(envelope.detail) })
    const detail = steps.get(known)
    const handler = run[known]
    if (!detail || !handler) throw new UnprocessableEvent(`This consumer does not know the event ${known}`)
    const { metadata, data } = read(detail, envelope.detail)
    const event = { name, metadata: { ...metadata, occurredAt: spelled(metadata.occurredAt) }, data }
    return {
      envelope,
      event,
      work: (context) => handler(event as never, context),
    }
  }

  async function process({ envelope, event, work }: ReturnType<typeof parse>, log: Logger): Promise<Outcome> {
    const { eventId, correlationId } = event.metadata
    const cause = { correlationId, causationId: eventId }
    const context: Given = {
      logger: log,
      emit: (contract, data, key = eventId) => emitAll(contract, [{ data, key }], cause),
      emitAll: (contract, events) => emitAll(contract, events, cause),
    }
    return doOnce(idempotencyKey(eventId, envelope['replay-name']), () => work(context))
  }

  async function doOnce(key: string, work: () => Promise<void>): Promise<'processed' | 'duplicate'> {
    let isDone = false
    const doing = async () => {
      await work()
      isDone = true
    }
    await inTurn(() => once(key, doing), waitUntil)
    return isDone ? 'processed' : 'duplicate'
  }

  /** Once also where the message is handed out again, because nobody heard that it has been done with. */
  async function buryOnce(record: SQSRecord, reason: UnprocessableEvent): Promise<Outcome> {
    try {
      await doOnce(`dead ${record.messageId}`, () => bury(record, reason))
      return 'dead'
    } catch (error) {
      logger.error('not buried', { messageId: record.messageId, error: describe(error) })
      return 'retrying'
    }
  }

  async function settle(record: SQSRecord): Promise<Outcome> {
    const startedAt = performance.now()
    let log: Logger = logger
    let outcome: Outcome
    let error: unknown
    let replay: string | undefined
    try {
      const envelope = read(Envelope, readJson(record.body))
      replay = envelope['replay-name']
      const message = parse(envelope)
      const { name, metadata } = message.event
      log = logger.createChild({
        persistentKeys: { eventId: metadata.eventId, correlation_id: metadata.correlationId, event: name },
      })
      outcome = await process(message, log)
    } catch (thrown) {
      error = thrown
      outcome = thrown instanceof UnprocessableEvent ? await buryOnce(record, thrown) : 'retrying'
    }
    const entry = {
      outcome,
      messageId: record.messageId,
      ms: Math.round(performance.now() - startedAt),
      ...(replay === undefined ? {} : { replay }),
    }
    if (error) log.error('consumed', { ...entry, error: describe(error) })
    else log.info('consumed', entry)
    return outcome
  }

  return async (batch: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    config.registerLambdaContext(context)
    waitUntil = performance.now() + context.getRemainingTimeInMillis() * WAITING_SHARE
    const outcomes = await Promise.all(batch.Records.map(settle))
    const retries = batch.Records.filter((_, index) => outcomes[index] === 'retrying')
    return {
      batchItemFailures: retries.map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    }
  }
}

/**
 * Another delivery of the same event may be in hand at this moment. It is done sooner than the queue would come round
 * again, so it is waited for, until then (of `performance.now`); if its function has died, the queue does come round.
 */
async function inTurn(work: () => Promise<void>, waitUntil: number): Promise<void> {
  for (let pause = 25; performance.now() + pause < waitUntil; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof IdempotencyAlreadyInProgressError)) throw error
    }
    await delay(pause)
  }
  return work()
}

/** Consumers compare times as texts, and others may write `08:00:00Z` for our `08:00:00.000Z`. */
const spelled = (time: string): string => new Date(time).toISOString()

const Versioned = z.object({ metadata: z.object({ version: z.int() }) })

/** An event that does not say its version is read as the first, which then tells what is wrong with it. */
const versionIn = (detail: unknown): number => Versioned.safeParse(detail).data?.metadata.version ?? 1

/** A rerun is a wish to have it done again, once; any other replay delivers only what has not been done. */
const idempotencyKey = (eventId: string, replay: string | undefined): string =>
  replay?.startsWith('rerun-') ? `${eventId} ${replay}` : eventId

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnprocessableEvent('The message is not valid JSON')
  }
}

/** Names what is wrong but not what is in it: Zod's own message would repeat what people typed. */
function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(value)
  if (error) throw new UnprocessableEvent(error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', '))
  return data
}

/** Powertools wraps what it could not store; the cause says why. */
function describe(error: unknown): {
  name: string
  message: string
  cause?: unknown
} {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  return {
    name: error.name,
    message: error.message,
    ...(error.cause ? { cause: describe(error.cause) } : {}),
  }
}

/**
 * Copies a message to the consumer's dead letters by hand, with the reason; rejects if that cannot be done now.
 * SQS's client is loaded only then: it is seldom needed.
 */
async function bury(record: SQSRecord, { name, message }: UnprocessableEvent): Promise<void> {
  const text = (value: string) => ({
    DataType: 'String',
    StringValue: value.slice(0, 1024) || '-',
  })
  const { SQSClient, SendMessageCommand } = await import('@aws-sdk/client-sqs')
  await new SQSClient({}).send(
    new SendMessageCommand({
      QueueUrl: variable('DEAD_LETTERS_URL'),
      MessageBody: record.body,
      MessageAttributes: {
        ERROR_CODE: text(name),
        ERROR_MESSAGE: text(message),
      },
    }),
  )
}
