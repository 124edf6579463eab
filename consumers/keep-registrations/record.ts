import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { names } from '../../infra/runtime/environment.ts'
import { records } from '../../infra/runtime/records.ts'
import { RegistrationConfirmed, RegistrationRequested } from '../../schemas/registrations.ts'

const { expiresAt } = RegistrationRequested.data.shape

/**
 * One item of the table. The two facts about a registration may arrive in either order: `EARLY` is the trace that a
 * verification leaves when it comes first. `expiresAt` is the TTL; a confirmed record has none.
 */
export const RegistrationRecord = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('EARLY'),
    registrationId: z.uuid(),
    verifiedAt: z.iso.datetime(),
    expiresAt,
  }),
  RegistrationRequested.data.extend({ status: z.literal('PENDING') }),
  RegistrationConfirmed.data.extend({ status: z.literal('CONFIRMED') }),
])
export type RegistrationRecord = z.infer<typeof RegistrationRecord>

const TableName = names.table('registrations')

/** Writes a record where there is none; answers the one that is there already, else `undefined`. */
export const create = (record: RegistrationRecord): Promise<RegistrationRecord | undefined> =>
  existing(
    records.send(
      new PutCommand({
        TableName,
        Item: record,
        ConditionExpression: 'attribute_not_exists(registrationId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  )

/** Sets what is given and status CONFIRMED, once; takes the TTL away. Answers the record afterwards, if there is one. */
export async function confirm(
  registrationId: string,
  from: 'EARLY' | 'PENDING',
  values: Readonly<Record<string, string>>,
): Promise<RegistrationRecord | undefined> {
  const sets = Object.keys(values).map((name) => `#${name} = :${name}`)
  let after: unknown
  const before = await existing(
    records
      .send(
        new UpdateCommand({
          TableName,
          Key: { registrationId },
          UpdateExpression: `SET #status = :confirmed, ${sets.join(', ')} REMOVE expiresAt, verifiedAt`,
          ConditionExpression: '#status = :from',
          ExpressionAttributeNames: {
            '#status': 'status',
            ...Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
          },
          ExpressionAttributeValues: {
            ':confirmed': 'CONFIRMED',
            ':from': from,
            ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .then(({ Attributes }) => {
        after = Attributes
      }),
  )
  return after === undefined ? before : RegistrationRecord.parse(after)
}

/** `undefined` if the write's condition held, else the record as it was found; `undefined` too where none was found. */
async function existing(write: Promise<unknown>): Promise<RegistrationRecord | undefined> {
  try {
    await write
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return error.Item && RegistrationRecord.parse(unmarshall(error.Item))
  }
}
