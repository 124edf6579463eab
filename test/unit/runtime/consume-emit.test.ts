import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import type { ConsumerContext } from '../../../infra/runtime/consume.ts'
import { envelope, lambdaContext, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { Heard, Rang, startConsuming } from './consuming.ts'

const { aws, dynamoDb, consume } = await startConsuming()
beforeEach(aws.reset)
afterAll(() => Promise.all([aws.close(), dynamoDb.stop()]))

describe('an event that follows', () => {
  const followers = async (eventId: string, key?: string) => {
    const handler = consume(
      { does: '', events: [Rang], emits: [Heard] },
      { Rang: (_, { emit }) => emit(Heard, { name: 'noise' }, ...(key ? [key] : [])) },
    )
    await handler(sqsBatch(envelope(Rang, { eventId })), lambdaContext)
    const Put = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })
    const Detail = z.object({ metadata: z.looseObject({ eventId: z.string() }), data: z.unknown() })
    return aws
      .calls('PutEvents')
      .flatMap((input) => Put.parse(input).Entries.map(({ Detail: detail }) => Detail.parse(JSON.parse(detail))))
  }

  test('names what it follows from, and what began it all', async () => {
    captureLog()
    const eventId = randomUUID()
    expect(await followers(eventId)).toEqual([
      {
        metadata: expect.objectContaining({ correlationId: 'correlation', causationId: eventId, version: 1 }),
        data: { name: 'noise' },
      },
    ])
  })

  test('has the same id when a retry emits it again, and from another cause another', async () => {
    captureLog()
    const eventId = randomUUID()
    aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
    await followers(eventId)
    const [first, second] = await followers(eventId)
    const [, , third] = await followers(randomUUID())
    expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
    expect(third?.metadata.eventId).not.toBe(first?.metadata.eventId)
  })

  test('is one that the consumer declares, and no other is put', async () => {
    type Emitted = Parameters<ConsumerContext<typeof Heard>['emit']>[0]
    expectTypeOf<typeof Heard>().toExtend<Emitted>()
    expectTypeOf<typeof Rang>().not.toExtend<Emitted>()
    const log = captureLog()
    const careless: readonly (typeof Heard)[] = []
    const handler = consume(
      { does: '', events: [Rang], emits: careless },
      { Rang: (_, { emit }) => emit(Heard, { name: 'noise' }) },
    )
    expect(await handler(sqsBatch(envelope(Rang)), lambdaContext)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    })
    expect(log()).toContain('Heard is not declared: add it to `emits`')
    expect(aws.calls('PutEvents')).toEqual([])
  })

  test('has the id of its key where several causes lead to one event', async () => {
    captureLog()
    await followers(randomUUID(), 'key')
    const [first, second] = await followers(randomUUID(), 'key')
    expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
  })
})
