import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { EventContract } from '../../../schemas/event.ts'
import { EmailVerified, RegistrationRequested } from '../../../schemas/registrations.ts'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url)
const { emit, emitterOf } = await import('../../../infra/runtime/emit.ts')
const { newEvent } = await import('../../../infra/runtime/new-event.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const PutEvents = z.object({
  Entries: z.array(
    z.object({ EventBusName: z.string(), Source: z.string(), DetailType: z.string(), Detail: z.string() }),
  ),
})
const Detail = z.object({ metadata: z.looseObject({ eventId: z.string() }), data: z.unknown() })

/** The events of each call so far, by id. */
const calls = () =>
  aws
    .calls('PutEvents')
    .map((input) =>
      PutEvents.parse(input).Entries.map(({ Detail: text }) => Detail.parse(JSON.parse(text)).metadata.eventId),
    )

const registrationId = '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17'
const cause = { correlationId: 'correlation' }
const verified = (key: string) => newEvent(EmailVerified, { registrationId }, key, cause)
const many = (count: number) => Array.from({ length: count }, (_, index) => verified(`${index}`))

test('an event goes to the bus of the stage with its metadata and data', async () => {
  const event = newEvent(RegistrationRequested, RegistrationRequested.example, 'key', {
    ...cause,
    causationId: registrationId,
  })
  await emit(event)
  const [input] = aws.calls('PutEvents')
  const [entry] = PutEvents.parse(input).Entries
  expect(entry).toMatchObject({
    EventBusName: 'ensemble-test',
    Source: 'ensemble.registrations',
    DetailType: 'RegistrationRequested',
  })
  expect(JSON.parse(entry?.Detail ?? '')).toEqual({
    metadata: {
      eventId: event.metadata.eventId,
      correlationId: 'correlation',
      causationId: registrationId,
      version: 1,
      occurredAt: event.metadata.occurredAt,
    },
    data: RegistrationRequested.example,
  })
})

test('an id follows from the key and from the event alone', () => {
  const id = verified('key').metadata.eventId
  expect(verified('key').metadata.eventId).toBe(id)
  expect(verified('other').metadata.eventId).not.toBe(id)
  expect(newEvent(RegistrationRequested, RegistrationRequested.example, 'key', cause).metadata.eventId).not.toBe(id)
})

test.each([
  [1, [1]],
  [10, [10]],
  [11, [10, 1]],
  [25, [10, 10, 5]],
])('%i events are %j to a call, in order', async (count, sizes) => {
  const events = many(count)
  await emit(...events)
  expect(calls().map(({ length }) => length)).toEqual(sizes)
  expect(calls().flat()).toEqual(events.map(({ metadata }) => metadata.eventId))
})

test('an event that the answer says nothing of is not taken for emitted', async () => {
  aws.answer('PutEvents', (_, call) => (call < 3 ? { body: {} } : putEventsReply([undefined])))
  await emit(verified('key'))
  expect(calls()).toHaveLength(3)
})

describe('an event that the bus refuses', () => {
  test('is put again, without those that it took', async () => {
    const events = many(4)
    const [, second, , fourth] = events.map(({ metadata }) => metadata.eventId)
    aws.answer('PutEvents', (_, call) =>
      putEventsReply(
        call === 1
          ? [undefined, 'ThrottlingException', undefined, 'InternalException']
          : call === 2
            ? [undefined, 'InternalException']
            : [undefined],
      ),
    )
    await emit(...events)
    expect(calls().slice(1)).toEqual([[second, fourth], [fourth]])
  })

  test('fails its caller after four attempts, with the reason', async () => {
    aws.answer('PutEvents', (input) =>
      putEventsReply(
        PutEvents.parse(input).Entries.map((_, index) => (index === 0 ? 'ThrottlingException' : undefined)),
      ),
    )
    await expect(emit(...many(3))).rejects.toThrow('EventBridge refused 1 event(s): ThrottlingException')
    expect(calls().map(({ length }) => length)).toEqual([3, 1, 1, 1])
  })

  test('does not let later ones through', async () => {
    aws.answer('PutEvents', (input) => putEventsReply(PutEvents.parse(input).Entries.map(() => 'InternalException')))
    await expect(emit(...many(11))).rejects.toThrow('EventBridge refused 10 event(s)')
    expect(calls()).toHaveLength(4)
  })
})

test('a bus that does not answer fails the caller', async () => {
  aws.answer('PutEvents', () => ({ status: 500, body: { __type: 'InternalException' } }))
  await expect(emit(verified('key'))).rejects.toThrow()
})

test('an event that breaks its contract is not put, nor are those beside it', async () => {
  const broken = newEvent(EmailVerified, { registrationId: 'no id' }, 'key', cause)
  await expect(emit(verified('key'), broken)).rejects.toThrow()
  expect(calls()).toEqual([])
})

test('whoever declares what it emits puts that and nothing else', async () => {
  const declared: readonly EventContract[] = [EmailVerified]
  const put = emitterOf({ emits: declared })
  await put(EmailVerified, { registrationId }, 'key', cause)
  expect(calls()).toEqual([[verified('key').metadata.eventId]])
  await expect(put(RegistrationRequested, RegistrationRequested.example, 'key', cause)).rejects.toThrow(
    'RegistrationRequested is not declared',
  )
  expect(calls()).toHaveLength(1)
})

test('no events are no call', async () => {
  await emit()
  expect(calls()).toEqual([])
})
