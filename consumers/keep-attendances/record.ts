import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, type PutCommandInput, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { AttendanceRecord, type Attending } from '../../infra/runtime/attendances.ts'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'

// Every function that writes answers what is on record afterwards, or `undefined` if somebody else came in between and
// it is to be looked at again.

type Written = Promise<AttendanceRecord | undefined>

const TableName = names.table('attendances')
const CONFIRMED: Attending['status'] = 'CONFIRMED'

/** What was decided last. */
export async function findAttendance({ meetupId, userId }: Pick<Attending, 'meetupId' | 'userId'>): Written {
  const get = new GetCommand({ TableName, Key: { meetupId, userId }, ConsistentRead: true })
  const { Item: item } = await records.send(get)
  return item && AttendanceRecord.parse(item)
}

/** Writes a record unless the user attends, or something later was decided. */
export async function putUnlessOlder(record: AttendanceRecord): Written {
  try {
    await records.send(new PutCommand(unlessOlder(record)))
    return record
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
    const found = parse(error.Item)
    // The user withdraws from a place that was taken only now.
    return record.status === 'WITHDRAWN' && found.status === 'CONFIRMED' ? undefined : found
  }
}

/** Writes the record and counts one more at the meetup, both or neither. */
export const takePlace = (record: Attending): Written =>
  putAndCount(unlessOlder(record), record, {
    UpdateExpression: 'SET attending = attending + :one',
    ConditionExpression: '#status = :published AND attending < maxAttendees',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':one': 1, ':published': 'PUBLISHED' },
  })

/** Notes that whoever attends wanted that again later, lest a withdrawal from before should count. */
export async function keepPlace(found: Attending, at: string): Written {
  try {
    await records.send(new PutCommand(inPlaceOf(found, { ...found, at })))
    return { ...found, at }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return undefined
  }
}

/** Writes the record in place of the one that was found and counts one less at the meetup, both or neither. */
export const giveUpPlace = (record: AttendanceRecord, found: Attending): Written =>
  putAndCount(inPlaceOf(found, record), record, {
    UpdateExpression: 'SET attending = attending - :one',
    ExpressionAttributeValues: { ':one': 1 },
  })

const inPlaceOf = (found: Attending, record: AttendanceRecord) => ({
  TableName,
  Item: record,
  ConditionExpression: '#status = :confirmed AND #at = :at',
  ExpressionAttributeNames: { '#status': 'status', '#at': 'at' },
  ExpressionAttributeValues: { ':confirmed': CONFIRMED, ':at': found.at },
})

const unlessOlder = (record: AttendanceRecord) => ({
  TableName,
  Item: record,
  ConditionExpression: 'attribute_not_exists(userId) OR (#status <> :confirmed AND #at < :at)',
  ExpressionAttributeNames: { '#status': 'status', '#at': 'at' },
  ExpressionAttributeValues: { ':confirmed': CONFIRMED, ':at': record.at },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

interface Counting {
  readonly UpdateExpression: string
  readonly ConditionExpression?: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues: Record<string, string | number>
}

/** What makes the transaction fail without anything being wrong: others were quicker, or are at it. */
const PASSING = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict'])

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
async function putAndCount(Put: PutCommandInput, record: AttendanceRecord, counting: Counting): Written {
  const Update = { TableName: names.table('meetups'), Key: { meetupId: record.meetupId }, ...counting }
  try {
    await records.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Update }] }))
    return record
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    const { CancellationReasons: reasons = [] } = error
    if (!reasons.every(({ Code = '' }) => PASSING.has(Code))) throw error
    const found = reasons[0]?.Item
    return found && parse(found)
  }
}

const parse = (item: NonNullable<ConditionalCheckFailedException['Item']>): AttendanceRecord =>
  AttendanceRecord.parse(unmarshall(item))
