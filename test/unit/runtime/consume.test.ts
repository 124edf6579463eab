import { randomUUID } from 'node:crypto'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { ConsumerFunction } from '../../../infra/runtime/consume.ts'
import { defineEvent } from '../../../schemas/event.ts'
import { envelope, lambdaContext, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { contract, Fell, Heard, Rang, startConsuming } from './consuming.ts'

const { aws, dynamoDb, consume, UnprocessableEvent } = await startConsuming()
beforeEach(aws.reset)
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

/** A consumer of its own, with its own memory, that keeps the names that it was told of, after doing `work`. */
function consumer(work: (name: string) => Promise<void> = async () => {}) {
  process.env.CONSUMER = randomUUID()
  const seen: string[] = []
  const see = async (event: { data: { name: string } }) => {
    await work(event.data.name)
    seen.push(event.data.name)
  }
  const handler = consume({ does: '', events: [Rang, Fell] }, { Rang: see, Fell: see })
  /** Delivers a batch; answers the messages to be retried and the outcomes that were logged. */
  const deliver = async (batch: SQSEvent) => {
    const log = captureLog()
    const { batchItemFailures } = await handler(batch, lambdaContext)
    return {
      retried: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      log: log(),
      outcomes: outcomes(log()),
    }
  }
  return { seen, deliver }
}

const Line = z.looseObject({
  message: z.literal('consumed'),
  outcome: z.string(),
  messageId: z.string(),
  ms: z.number(),
})
const outcomes = (log: string) =>
  log
    .split('\n')
    .filter((line) => line.includes('"consumed"'))
    .map((line) => Line.parse(JSON.parse(line)))
    .sort((a, b) => a.messageId.localeCompare(b.messageId))
    .map(({ outcome }) => outcome)

const rang = (options: Parameters<typeof envelope>[1] = {}) => envelope(Rang, options)

describe('an event', () => {
  test('is done by the function of its name, also with a property that it was given since', async () => {
    const { seen, deliver } = consumer()
    const { retried, outcomes } = await deliver(
      sqsBatch(rang(), envelope(Fell, { data: { ...Fell.example, at: 'noon' } })),
    )
    expect([...seen].sort()).toEqual(['bell', 'tree'])
    expect(retried).toEqual([])
    expect(outcomes).toEqual(['processed', 'processed'])
  })

  test('says when it happened in one spelling, so that times compare as texts', async () => {
    captureLog()
    process.env.CONSUMER = randomUUID()
    const times: string[] = []
    const note: ConsumerFunction<typeof Rang> = async ({ metadata }) => void times.push(metadata.occurredAt)
    const handler = consume({ does: '', events: [Rang] }, { Rang: note })
    const given = ['2027-01-15T08:00:00Z', '2027-01-15T08:00:00.000Z', '2027-01-15T08:00:00.000000Z']
    await handler(sqsBatch(...given.map((occurredAt) => rang({ occurredAt }))), lambdaContext)
    expect(times).toEqual(Array(3).fill('2027-01-15T08:00:00.000Z'))
  })

  test('of a later version is done by the function of that version', async () => {
    const Rang2 = defineEvent({
      ...contract,
      name: 'Rang',
      version: 2,
      data: z.strictObject({ name: z.string(), times: z.int() }),
      example: { name: 'bell', times: 3 },
    })
    const seen: (string | number)[] = []
    const first: ConsumerFunction<typeof Rang> = async ({ data }) => void seen.push(data.name)
    const second: ConsumerFunction<typeof Rang2> = async ({ data }) => void seen.push(data.times)
    const handler = consume({ does: '', events: [Rang, Rang2] }, { Rang: first, 'Rang.v2': second })
    captureLog()
    await handler(sqsBatch(envelope(Rang), envelope(Rang2)), lambdaContext)
    expect(seen.sort()).toEqual([3, 'bell'])
  })

  test('of a version that the consumer does not take is dead at once', async () => {
    const { seen, deliver } = consumer()
    const { outcomes, log } = await deliver(sqsBatch(envelope(defineEvent({ ...Rang, version: 2 }))))
    expect(outcomes).toEqual(['dead'])
    expect(log).toContain('This consumer does not know the event Rang.v2')
    expect(seen).toEqual([])
  })

  test('is done once, however often it is delivered', async () => {
    const { seen, deliver } = consumer()
    const eventId = randomUUID()
    expect((await deliver(sqsBatch(rang({ eventId })))).outcomes).toEqual(['processed'])
    expect(await deliver(sqsBatch(rang({ eventId })))).toMatchObject({ outcomes: ['duplicate'], retried: [] })
    expect(seen).toEqual(['bell'])
  })

  test('that is in a batch twice is done once', async () => {
    const { seen, deliver } = consumer()
    const eventId = randomUUID()
    const { outcomes } = await deliver(sqsBatch(rang({ eventId }), rang({ eventId })))
    // Whichever comes second finds the first at work, and is tried again later, or done.
    expect(outcomes.filter((outcome) => outcome === 'processed')).toHaveLength(1)
    expect(outcomes).toContainEqual(expect.stringMatching(/retrying|duplicate/))
    expect((await deliver(sqsBatch(rang({ eventId })))).outcomes).toEqual(['duplicate'])
    expect(seen).toEqual(['bell'])
  })

  test('that another function has in hand is waited for, as long as there is time for it', async () => {
    const begun = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const first = consumer(() => {
      begun.resolve()
      return ended.promise
    })
    const ring = async () => {}
    const handler = consume({ does: '', events: [Rang] }, { Rang: ring })
    const batch = sqsBatch(rang({ eventId: randomUUID() }))
    const delivered = first.deliver(batch)
    await begun.promise
    const hurried = { ...lambdaContext, getRemainingTimeInMillis: () => 200 }
    expect(await handler(batch, hurried)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
    // Longer than a call of the table takes, and longer than a few pauses.
    setTimeout(ended.resolve, 1800)
    expect(await handler(batch, lambdaContext)).toEqual({ batchItemFailures: [] })
    await delivered
    expect(first.seen).toEqual(['bell'])
  })

  test('is remembered longer than the archive keeps it', async () => {
    const { deliver } = consumer()
    await deliver(sqsBatch(rang()))
    const days = (await dynamoDb.scan('idempotency')).map(
      ({ expiration }) => (Number(expiration) - Date.now() / 1000) / 86_400,
    )
    expect(Math.min(...days)).toBeGreaterThan(90)
  })

  test('tells of itself in the log', async () => {
    const { deliver } = consumer()
    const eventId = randomUUID()
    const { log } = await deliver(sqsBatch(rang({ eventId })))
    expect(JSON.parse(log)).toMatchObject({
      level: 'INFO',
      message: 'consumed',
      messageId: 'm1',
      outcome: 'processed',
      ms: expect.any(Number),
      event: 'Rang',
      eventId,
      correlation_id: 'correlation',
    })
  })
})

describe('a replay', () => {
  test('delivers only what has not been done', async () => {
    const { seen, deliver } = consumer()
    const [done, missed] = [randomUUID(), randomUUID()]
    await deliver(sqsBatch(rang({ eventId: done })))
    const replayed = sqsBatch(
      rang({ eventId: done, replayName: 'again' }),
      rang({ eventId: missed, replayName: 'again' }),
    )
    expect((await deliver(replayed)).outcomes).toEqual(['duplicate', 'processed'])
    expect(seen).toEqual(['bell', 'bell'])
  })

  test('is named in the log, also of an event that breaks its contract; what is no replay names none', async () => {
    const { deliver } = consumer()
    const broken = { ...rang({ replayName: 'again' }), detail: {} }
    const { log, outcomes } = await deliver(sqsBatch(rang({ replayName: 'again' }), broken, rang()))
    expect(outcomes).toEqual(['processed', 'dead', 'processed'])
    const replays = log
      .split('\n')
      .filter((line) => line.includes('"consumed"'))
      .map((line) => z.looseObject({ messageId: z.string(), replay: z.string().optional() }).parse(JSON.parse(line)))
    expect(Object.fromEntries(replays.map(({ messageId, replay }) => [messageId, replay]))).toEqual({
      m1: 'again',
      m2: 'again',
      m3: undefined,
    })
  })

  test('that is a rerun has everything done again, once', async () => {
    const { seen, deliver } = consumer()
    const eventId = randomUUID()
    const again = (replayName: string) => deliver(sqsBatch(rang({ eventId, replayName })))
    await deliver(sqsBatch(rang({ eventId })))
    expect((await again('rerun-1')).outcomes).toEqual(['processed'])
    expect((await again('rerun-1')).outcomes).toEqual(['duplicate'])
    expect((await again('rerun-2')).outcomes).toEqual(['processed'])
    expect((await deliver(sqsBatch(rang({ eventId })))).outcomes).toEqual(['duplicate'])
    expect(seen).toHaveLength(3)
  })
})

describe('an event that fails', () => {
  test('is retried, alone, and then done', async () => {
    let broken = true
    const { seen, deliver } = consumer(async (name) => {
      if (name === 'tree' && broken) throw new Error('The wood is closed')
    })
    const batch = sqsBatch(rang(), envelope(Fell), rang())
    const first = await deliver(batch)
    expect(first.retried).toEqual(['m2'])
    expect(first.outcomes).toEqual(['processed', 'retrying', 'processed'])
    expect(first.log).toContain('The wood is closed')
    broken = false
    const second = await deliver(batch)
    expect(second.retried).toEqual([])
    expect(second.outcomes).toEqual(['duplicate', 'processed', 'duplicate'])
    expect(seen).toEqual(['bell', 'bell', 'tree'])
    expect(aws.calls('SendMessage')).toEqual([])
  })

  test.each([
    ['an answer that is no JSON, as of a proxy in between', () => JSON.parse('<html>')],
    ['data of our own that breaks its schema', () => z.string().parse(1)],
  ])('with %s is retried: another attempt may see another answer', async (_, work) => {
    const { deliver } = consumer(async () => work())
    expect(await deliver(sqsBatch(rang()))).toMatchObject({ retried: ['m1'], outcomes: ['retrying'] })
    expect(aws.calls('SendMessage')).toEqual([])
  })

  test('does not put an address into the log', async () => {
    const { deliver } = consumer(async () => {
      throw new Error('Email address is not verified: ada@example.com', { cause: new Error('ada@example.com') })
    })
    const { log } = await deliver(sqsBatch(rang()))
    expect(log).toContain('Email address is not verified')
    expect(log).not.toContain('ada@example.com')
  })
})

describe('an event that can never be done', () => {
  const Sent = z.object({
    QueueUrl: z.string(),
    MessageBody: z.string(),
    MessageAttributes: z.record(z.string(), z.object({ DataType: z.literal('String'), StringValue: z.string() })),
  })
  const sent = () => aws.calls('SendMessage').map((input) => Sent.parse(input))
  const text = (StringValue: unknown) => ({ DataType: 'String', StringValue })

  const wrongData = envelope(Rang, { data: { name: 7, email: 'ada@example.com' } })
  test.each([
    ['breaks its schema', wrongData, 'data.name: invalid_type'],
    ['is not known', envelope(Heard), 'This consumer does not know the event Heard'],
    ['is no envelope', { hello: 'world' }, expect.stringContaining('detail-type')],
    ['is no JSON', 'hello', 'The message is not valid JSON'],
    ['has a name that objects have', { ...envelope(Rang), 'detail-type': 'constructor' }, expect.any(String)],
  ])('because it %s goes to the dead letters at once', async (_, message, reason) => {
    const { seen, deliver } = consumer()
    const batch = sqsBatch(message, rang())
    const { retried, outcomes, log } = await deliver(batch)
    expect(retried).toEqual([])
    expect(outcomes).toEqual(['dead', 'processed'])
    expect(seen).toEqual(['bell'])
    expect(sent()).toEqual([
      {
        QueueUrl: `${aws.url}/000000000000/tests-dlq`,
        MessageBody: batch.Records[0]?.body,
        MessageAttributes: { ERROR_CODE: text('UnprocessableEvent'), ERROR_MESSAGE: text(reason) },
      },
    ])
    expect(log).not.toContain('ada@example.com')
  })

  test('because its function says so goes there too', async () => {
    const { deliver } = consumer(async () => {
      throw new UnprocessableEvent('Nobody rings this bell')
    })
    expect(await deliver(sqsBatch(rang()))).toMatchObject({ retried: [], outcomes: ['dead'] })
    expect(sent()[0]?.MessageAttributes.ERROR_MESSAGE).toEqual(text('Nobody rings this bell'))
  })

  test('is there once, also where its message is handed out again because nobody heard that it is done with', async () => {
    const { deliver } = consumer()
    for (const _ of [1, 2]) expect(await deliver(sqsBatch('hello'))).toMatchObject({ outcomes: ['dead'] })
    expect(sent()).toHaveLength(1)
  })

  test('is retried if the dead letters can not be reached, and takes nothing else with it', async () => {
    const { seen, deliver } = consumer()
    aws.answer('SendMessage', () => ({ status: 400, body: { __type: 'QueueDoesNotExist', message: 'gone' } }))
    expect(await deliver(sqsBatch('hello', rang()))).toMatchObject({
      retried: ['m1'],
      outcomes: ['retrying', 'processed'],
    })
    expect(seen).toEqual(['bell'])
  })
})
