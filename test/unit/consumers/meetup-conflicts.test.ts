import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { AttendanceRequested, AttendanceWithdrawn } from '../../../schemas/attendances.ts'
import { MeetupCancellationRequested, MeetupSubmitted } from '../../../schemas/meetups.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'

// DynamoDB Local has no conflicts: it does one thing after the other.

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url)
const { cancel } = await import('../../../consumers/keep-meetups/record.ts')
const { attend, withdraw } = await import('../../../consumers/keep-attendances/attend.ts')
beforeEach(aws.reset)
afterAll(aws.close)

const { meetupId, userId } = MeetupCancellationRequested.example
const at = '2027-01-15T08:00:00.000Z'
const wish = { meetupId, userId, requestId: crypto.randomUUID(), at }
const meetup = {
  ...MeetupSubmitted.example,
  startsAt: '2099-05-20T18:00:00.000Z',
  status: 'CANCELLED',
  attending: 0,
  cancelledAt: at,
}

/** The first two calls hit a transaction: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
const conflictTwice = (operation: string, body: object = {}) =>
  aws.answer(operation, (_, call) =>
    call <= 2
      ? {
          status: 400,
          body: {
            __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException',
            message: 'Transaction is ongoing for the item',
          },
        }
      : { body },
  )

test('a cancellation while places are being taken is tried again at once', async () => {
  conflictTwice('UpdateItem', { Attributes: marshall(meetup) })
  expect(await cancel(meetupId, meetup.creatorId, at)).toMatchObject({ status: 'CANCELLED' })
  expect(aws.calls('UpdateItem')).toHaveLength(3)
})

test.each([
  ['request', () => attend({ ...wish, email: AttendanceRequested.example.email }), 'DECLINED'],
  ['withdrawal', () => withdraw({ ...wish, ...AttendanceWithdrawn.example }), 'WITHDRAWN'],
])('a %s while the same user’s place is being written is tried again at once', async (_, write, status) => {
  conflictTwice('PutItem')
  expect(await write()).toMatchObject({ status })
  expect(aws.calls('PutItem')).toHaveLength(3)
})

test('what fails otherwise is not', async () => {
  aws.answer('UpdateItem', () => ({ status: 400, body: { __type: 'ValidationException', message: 'No' } }))
  await expect(cancel(meetupId, userId, at)).rejects.toThrow('No')
  expect(aws.calls('UpdateItem')).toHaveLength(1)
})
