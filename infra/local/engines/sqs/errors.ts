import * as z from 'zod'
import { AwsError, type AwsResponse } from '../engine.ts'

/** Errors that the older protocol calls otherwise than the JSON protocol. */
const OLDER: ReadonlyMap<string, string> = new Map([
  ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
  ['QueueNameExists', 'QueueAlreadyExists'],
  ['UnknownOperationException', 'InvalidAction'],
  ...[
    'BatchEntryIdsNotDistinct',
    'BatchRequestTooLong',
    'EmptyBatchRequest',
    'InvalidBatchEntryId',
    'MessageNotInflight',
    'PurgeQueueInProgress',
    'TooManyEntriesInBatchRequest',
    'UnsupportedOperation',
  ].map((name) => [name, `AWS.SimpleQueueService.${name}`] as const),
])

const Failure = z.object({ __type: z.string().default('InternalFailure'), message: z.string().default('') })

/** The error that an answer of the JSON protocol tells, under the name that it has there; `undefined` of a success. */
export function errorIn({ status, body }: AwsResponse): AwsError | undefined {
  if (status < 400) return undefined
  const { __type, message } = Failure.parse(JSON.parse(body.toString()))
  return new AwsError(__type.replace(/^.*#/, ''), message, status)
}

/** The same error under its name in the older protocol. */
export const olderError = ({ code, message, status }: AwsError): AwsError =>
  new AwsError(OLDER.get(code) ?? code, message, status)

/**
 * Adds an error's older name: SDKs that know both protocols raise it under that one.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function withOlderCode(answer: AwsResponse): AwsResponse {
  const error = errorIn(answer)
  if (!error) return answer
  const fault = error.status < 500 ? 'Sender' : 'Receiver'
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${olderError(error).code};${fault}` } }
}
