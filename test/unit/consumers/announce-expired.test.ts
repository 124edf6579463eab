import { marshall } from '@aws-sdk/util-dynamodb'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf } from '../../../schemas/event.ts'
import { RegistrationExpired } from '../../../schemas/registrations.ts'
import { putEventsReply, startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url)
const { handler } = await import('../../../consumers/keep-registrations/announce-expired.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const Images = z.record(z.string(), z.custom<AttributeValue>())
const pending = (registrationId: string) => ({
  status: 'PENDING',
  registrationId,
  name: 'Ada',
  email: 'ada@example.com',
  expiresAt: 1_800_000_000,
})

/** What the stream tells of an item that TTL deleted. */
const removal = (item: Readonly<Record<string, unknown>>, index: number): DynamoDBRecord => ({
  eventName: 'REMOVE',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  dynamodb: { SequenceNumber: `${index + 1}`, OldImage: Images.parse(marshall(item)) },
})
const announce = (...items: readonly Readonly<Record<string, unknown>>[]) => handler({ Records: items.map(removal) })

const [ONE, TWO, THREE] = [
  '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b11',
  '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b12',
  '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b13',
]
const Put = z.object({
  Entries: z.array(z.object({ DetailType: z.literal('RegistrationExpired'), Detail: z.string() })),
})
const emitted = () =>
  aws
    .calls('PutEvents')
    .flatMap((input) => Put.parse(input).Entries)
    .map(({ Detail }) => detailOf(RegistrationExpired).parse(JSON.parse(Detail)))

test('tells of every registration that was not verified in time, and neither name nor address', async () => {
  expect(await announce(pending(ONE), pending(TWO))).toEqual({ batchItemFailures: [] })
  expect(emitted()).toMatchObject([
    { metadata: { correlationId: ONE }, data: { registrationId: ONE } },
    { metadata: { correlationId: TWO }, data: { registrationId: TWO } },
  ])
})

test('says the same again when the stream is read again', async () => {
  await announce(pending(ONE))
  await announce(pending(ONE))
  const [first, second] = emitted()
  expect(second?.metadata.eventId).toBe(first?.metadata.eventId)
})

test.each([
  [
    'the trace of a verification',
    { status: 'EARLY', registrationId: ONE, verifiedAt: '2027-01-15T09:00:00.000Z', expiresAt: 1 },
  ],
  [
    'a confirmed registration',
    {
      status: 'CONFIRMED',
      registrationId: ONE,
      name: 'Ada',
      email: 'ada@example.com',
      confirmedAt: '2027-01-15T09:00:00.000Z',
    },
  ],
])('says nothing of %s', async (_, item) => {
  expect(await announce(item)).toEqual({ batchItemFailures: [] })
  expect(emitted()).toEqual([])
})

test('stops at the first that fails, so that the stream goes on from there', async () => {
  const log = captureLog()
  aws.answer('PutEvents', (_, call) => putEventsReply([call === 1 ? undefined : 'InternalException']))
  expect(await announce(pending(ONE), pending(TWO), pending(THREE))).toEqual({
    batchItemFailures: [{ itemIdentifier: '2' }],
  })
  expect(
    new Set(emitted().map(({ data }) => z.looseObject({ registrationId: z.string() }).parse(data).registrationId)),
  ).toEqual(new Set([ONE, TWO]))
  expect(log()).toContain('InternalException')
})

test('stops at an image that is no registration', async () => {
  const log = captureLog()
  expect(await announce({ registrationId: ONE, email: 'ada@example.com' }, pending(TWO))).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }],
  })
  expect(emitted()).toEqual([])
  expect(log()).not.toContain('ada@example.com')
})
