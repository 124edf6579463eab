import * as z from 'zod'
import { defineEvent } from '../../../schemas/event.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'

export const contract = { context: 'tests', version: 1, summary: '', data: z.strictObject({ name: z.string() }) }
export const Rang = defineEvent({ ...contract, name: 'Rang', example: { name: 'bell' } })
export const Fell = defineEvent({ ...contract, name: 'Fell', example: { name: 'tree' } })
export const Heard = defineEvent({ ...contract, name: 'Heard', example: { name: 'noise' } })

/** What consumers are made with, and what is around them when they run. */
export async function startConsuming() {
  const [aws, dynamoDb] = await Promise.all([startAwsEndpoint(), startDynamoDbLocal({ idempotency: 'id' })])
  setFunctionEnvironment(aws.url, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    CONSUMER: 'followers',
    DEAD_LETTERS_URL: `${aws.url}/000000000000/tests-dlq`,
  })
  return { aws, dynamoDb, ...(await import('../../../infra/runtime/consume.ts')) }
}
