import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { afterAll, afterEach, expect, onTestFinished, test } from 'vitest'
import { call, newAccount } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order, outcomeOf } from '../support/ordering.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud | undefined
afterEach(() => cloud?.stop())
afterAll(() => removeStateDir(stateDir))

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ensemble-dev-place-order'

/** Has a consumer's queue rest, or go on. */
async function enable(lambda: LambdaClient, FunctionName: string, Enabled: boolean): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))
  for (const { UUID } of EventSourceMappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
}

test('the cleanup expires what nobody took on, and leaves alone what has moved on', async () => {
  cloud = await startCloud(stateDir, '-c', 'orderTtlSeconds=1')
  const running = cloud
  const ada = await newAccount(running)
  const confirmed = await order(running, ada, 1)
  await outcomeOf(running, ada, confirmed)

  const lambda = new LambdaClient(clientConfig(running.endpoint))
  onTestFinished(() => lambda.destroy())
  await enable(lambda, 'ensemble-dev-start-workflow', false)
  const forgotten = await order(running, ada, 1)
  const cleanUp = new InvokeCommand({ FunctionName: 'ensemble-dev-expire-orders' })
  await until(async () => {
    await lambda.send(cleanUp)
    const { body } = await call(running, 'GET', `/api/orders/${forgotten}`, { token: ada.idToken })
    expect(body).toMatchObject({ status: 'EXPIRED', history: [{ status: 'PENDING' }, { status: 'EXPIRED' }] })
  })
  expect(await running.events({ name: 'OrderExpired' })).toMatchObject([
    { detail: { data: { orderId: forgotten, userId: ada.userId } } },
  ])

  // Its workflow starts after all, and finds that there is nothing to do.
  await enable(lambda, 'ensemble-dev-start-workflow', true)
  const workflows = new SFNClient({ ...clientConfig(running.endpoint), disableHostPrefix: true })
  onTestFinished(() => workflows.destroy())
  const executionArn = `${MACHINE.replace('stateMachine', 'execution')}:${forgotten}`
  await until(async () => {
    expect((await workflows.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('SUCCEEDED')
  })
  expect(await outcomeOf(running, ada, forgotten)).toMatchObject({ status: 'EXPIRED' })
  expect(await outcomeOf(running, ada, confirmed)).toMatchObject({ status: 'CONFIRMED' })
  const { executions = [] } = await workflows.send(new ListExecutionsCommand({ stateMachineArn: MACHINE }))
  expect(executions.map(({ name }) => name).sort()).toEqual([confirmed, forgotten].sort())
})

test('an edge without concurrency takes no orders, and everything else goes on', async () => {
  cloud = await startCloud(stateDir, '-c', 'placeOrderReservedConcurrency=0')
  const running = cloud
  const eve = await newAccount(running)
  const body = { items: [{ sku: 'A-1', qty: 1 }] }
  expect((await call(running, 'POST', '/api/orders', { body, token: eve.idToken })).status).toBe(429)
  expect((await call(running, 'GET', '/api/orders', { token: eve.idToken })).body).toEqual({ orders: [] })
  const lambda = new LambdaClient(clientConfig(running.endpoint))
  onTestFinished(() => lambda.destroy())
  const invoke = lambda.send(new InvokeCommand({ FunctionName: 'ensemble-dev-place-order' }))
  await expect(invoke).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } })
})
