import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { PreferencesChanged } from '../../../schemas/accounts.ts'
import { AttendanceCancelled, AttendanceConfirmed, AttendanceDeclined } from '../../../schemas/attendances.ts'
import { OrderConfirmed, OrderFailed } from '../../../schemas/orders.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { sentMails } from '../../support/mails.ts'
import { newMeetup } from '../../support/meetups.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: 'notify',
  SENDER_EMAIL: 'noreply@example.com',
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { handler } = await import('../../../consumers/notify/handler.ts')
const { notify } = await import('../../../consumers/notify/notify.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const userId = '7b0c6a52-3f1d-4c7e-9d8a-5e2b1f4c6a90'
const phone = '+14155550123'
const news = { subject: 'News', text: 'Something <b>happened</b>.' }

/** What the tables hold of the user. */
const known = (tables: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
  aws.answer('GetItem', ({ TableName }) => {
    const item = tables[String(TableName).replace('ensemble-test-', '')]
    return { body: item ? { Item: Object.fromEntries(Object.entries(item).map(([key, S]) => [key, { S }])) } : {} }
  })

describe('somebody who chose', () => {
  test('nothing yet hears by mail, escaped', async () => {
    await notify({ userId, email: 'ada@example.com' }, news)
    expect(sentMails(aws)).toMatchObject([
      { to: 'ada@example.com', subject: 'News', html: '<p>Something &lt;b&gt;happened&lt;/b&gt;.</p>' },
    ])
    expect(aws.calls('Publish')).toEqual([])
  })

  test('SMS gets a text to their number, and no mail', async () => {
    known({ preferences: { userId, channel: 'SMS', phone } })
    await notify({ userId, email: 'ada@example.com' }, news)
    expect(aws.calls('Publish')).toMatchObject([{ PhoneNumber: phone, Message: 'News: Something <b>happened</b>.' }])
    expect(sentMails(aws)).toEqual([])
  })

  test('silence is not disturbed', async () => {
    known({ preferences: { userId, channel: 'NONE' } })
    await notify({ userId, email: 'ada@example.com' }, news)
    expect(sentMails(aws)).toEqual([])
    expect(aws.calls('Publish')).toEqual([])
  })

  test('mail is found by their record where the event has no address', async () => {
    known({ preferences: { userId, channel: 'EMAIL' }, users: { userId, email: 'kept@example.com' } })
    await notify({ userId }, news)
    expect(sentMails(aws)).toMatchObject([{ to: 'kept@example.com' }])
  })
})

test('a user of whom nobody knows an address is an error, to be tried again', async () => {
  await expect(notify({ userId }, news)).rejects.toThrow()
})

test.each([
  [
    { userId, channel: 'SMS', phone },
    { texts: 1, mails: 0 },
  ],
  [
    { userId, channel: 'EMAIL' },
    { texts: 0, mails: 1 },
  ],
  [
    { userId, channel: 'NONE' },
    { texts: 0, mails: 0 },
  ],
])('a new choice is confirmed where it leads to: %j', async (data, { texts, mails }) => {
  captureLog()
  known({ users: { userId, email: 'kept@example.com' }, preferences: { userId, channel: 'EMAIL' } })
  const answer = await handler(sqsBatch(envelope(PreferencesChanged, { data })), lambdaContext)
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(aws.calls('Publish')).toHaveLength(texts)
  expect(sentMails(aws)).toHaveLength(mails)
})

test.each([
  [OrderConfirmed, 'Order confirmed', /^Your order [\da-f-]{36} is confirmed: 42\.50 USD\.\n$/],
  [OrderFailed, 'Order failed', /: The card was declined\. There is nothing to pay\.\n$/],
])('the buyer is told of $name', async (contract, subject, text) => {
  captureLog()
  const answer = await handler(sqsBatch(envelope(contract)), lambdaContext)
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(sentMails(aws)).toMatchObject([{ to: 'ada@example.com', subject, text: expect.stringMatching(text) }])
})

describe('about a meetup', () => {
  const example = AttendanceConfirmed.example
  const meetup = {
    ...newMeetup({ meetupId: example.meetupId, title: 'Tea & <b>Engines</b>' }),
    status: 'PUBLISHED',
    attending: 1,
    startsAt: '2099-05-20T18:00:00.000Z',
  }
  const know = (differences: object = {}) =>
    aws.answer('GetItem', ({ TableName }) => ({
      body: TableName === 'ensemble-test-meetups' ? { Item: marshall({ ...meetup, ...differences }) } : {},
    }))

  test.each([
    [AttendanceConfirmed, {}, 'See you at Tea & <b>Engines</b>', '2099-05-20 at 18:00 UTC'],
    [AttendanceDeclined, { reason: 'full' }, 'No place at Tea & <b>Engines</b>', 'All places are taken.'],
    [AttendanceDeclined, { reason: 'cancelled' }, 'No place at Tea & <b>Engines</b>', 'It does not take place.'],
    [AttendanceCancelled, { title: meetup.title }, 'Cancelled: Tea & <b>Engines</b>', 'does not take place'],
  ])('somebody hears what it is about, %# %j', async (contract, differences, subject, text) => {
    captureLog()
    know()
    const data = { ...contract.example, ...differences }
    expect(await handler(sqsBatch(envelope(contract, { data })), lambdaContext)).toEqual({ batchItemFailures: [] })
    expect(sentMails(aws)).toMatchObject([{ to: 'ada@example.com', subject, text: expect.stringContaining(text) }])
    expect(sentMails(aws)[0]?.html).not.toContain('<b>')
  })

  test('nobody is expected at one that was cancelled before they could hear of their place', async () => {
    captureLog()
    know({ status: 'CANCELLED' })
    expect(await handler(sqsBatch(envelope(AttendanceConfirmed)), lambdaContext)).toEqual({ batchItemFailures: [] })
    expect(sentMails(aws)).toEqual([])
  })

  test('somebody hears of one that nobody knows', async () => {
    captureLog()
    const data = { ...AttendanceDeclined.example, reason: 'not-found' }
    await handler(sqsBatch(envelope(AttendanceDeclined, { data })), lambdaContext)
    expect(sentMails(aws)).toMatchObject([{ subject: 'No place at the meetup' }])
  })
})
