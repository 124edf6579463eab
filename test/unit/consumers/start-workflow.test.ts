import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { OrderPlaced } from '../../../schemas/orders.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { envelope, lambdaContext, setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { newOrder } from '../../support/orders.ts'

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ensemble-test-place-order'
const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url, {
  CONSUMER: 'start-workflow',
  PLACE_ORDER_ARN: MACHINE,
  // What `consume` remembers is tested with it.
  POWERTOOLS_IDEMPOTENCY_DISABLED: 'true',
})
const { handler } = await import('../../../consumers/start-workflow/handler.ts')
beforeEach(() => {
  aws.reset()
  captureLog()
  aws.answer('StartExecution', () => ({ body: { executionArn: 'arn', startDate: 1_800_000_000 } }))
})
afterAll(aws.close)

const order = newOrder()
const message = envelope(OrderPlaced, { data: order, eventId: '8b8f1c62-9df5-4b6a-9c1a-3f7e2d5a4b10' })
const deliver = (...messages: readonly object[]) => handler(sqsBatch(...messages), lambdaContext)

test('starts one execution of the order, by its id, with all that the event says', async () => {
  expect(await deliver(message)).toEqual({ batchItemFailures: [] })
  const [started, ...others] = aws.calls('StartExecution')
  expect([started, others]).toEqual([{ stateMachineArn: MACHINE, name: order.orderId, input: expect.any(String) }, []])
  const input: unknown = JSON.parse(String(started?.input))
  expect(input).toEqual({ metadata: expect.objectContaining({ correlationId: 'correlation' }), data: order })
})

test('the same event gives the same name and input: to start it again is to start it once', async () => {
  await deliver(message)
  aws.answer('StartExecution', () => ({ status: 400, body: { __type: 'ExecutionAlreadyExists' } }))
  expect(await deliver(message)).toEqual({ batchItemFailures: [] })
  const [first, second] = aws.calls('StartExecution')
  expect(second).toEqual(first)
})

describe('what may pass is tried again by the queue, and alone:', () => {
  test.each([
    ['ThrottlingException', 400],
    ['StateMachineDoesNotExist', 400],
    ['ServiceUnavailable', 503],
  ])('%s', async (__type, status) => {
    const other = newOrder()
    aws.answer('StartExecution', ({ name }) =>
      name === other.orderId ? { status, body: { __type } } : { body: { executionArn: 'arn', startDate: 1 } },
    )
    const batch = deliver(message, envelope(OrderPlaced, { data: other }))
    expect(await batch).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] })
  })
})
