import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Account, call, newAccount } from '../support/account.ts'
import { askConsole } from '../support/ask-console.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order, outcomeOf } from '../support/ordering.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
afterAll(() => removeStateDir(stateDir))

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ensemble-dev-place-order'

function lambdaOf({ endpoint }: RunningCloud): LambdaClient {
  const lambda = new LambdaClient(clientConfig(endpoint))
  onTestFinished(() => lambda.destroy())
  return lambda
}

function workflowsOf({ endpoint }: RunningCloud): SFNClient {
  const workflows = new SFNClient({ ...clientConfig(endpoint), disableHostPrefix: true })
  onTestFinished(() => workflows.destroy())
  return workflows
}

/** Has a consumer's queue rest, or go on. */
async function enable(lambda: LambdaClient, FunctionName: string, Enabled: boolean): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))
  for (const { UUID } of EventSourceMappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
}

describe('the cleanup', () => {
  let cloud: RunningCloud
  let ada: Account
  beforeAll(async () => {
    cloud = await startCloud(stateDir, '-c', 'orderTtlSeconds=1')
    ada = await newAccount(cloud)
  })
  afterAll(() => cloud?.stop())

  /** Invokes it by hand until an order has expired. */
  const cleanedUp = (lambda: LambdaClient, orderId: string) =>
    until(async () => {
      await lambda.send(new InvokeCommand({ FunctionName: 'ensemble-dev-expire-orders' }))
      const { body } = await call(cloud, 'GET', `/api/orders/${orderId}`, { token: ada.idToken })
      expect(body).toMatchObject({ status: 'EXPIRED', history: [{ status: 'PENDING' }, { status: 'EXPIRED' }] })
    })
  const toldOf = async (orderId: string) => {
    const events = await cloud.events({ name: 'OrderExpired' })
    return events.map(({ detail }) => detail.data).filter((data) => data.orderId === orderId)
  }
  const execution = (workflows: SFNClient, orderId: string) =>
    workflows.send(
      new DescribeExecutionCommand({ executionArn: `${MACHINE.replace('stateMachine', 'execution')}:${orderId}` }),
    )

  test('expires what nobody took on, and leaves alone what has moved on', async () => {
    const confirmed = await order(cloud, ada, 1)
    await outcomeOf(cloud, ada, confirmed)
    const lambda = lambdaOf(cloud)
    await enable(lambda, 'ensemble-dev-start-workflow', false)
    const forgotten = await order(cloud, ada, 1)
    await cleanedUp(lambda, forgotten)
    expect(await toldOf(forgotten)).toEqual([{ orderId: forgotten, userId: ada.userId }])

    // Its workflow starts after all, and finds that there is nothing to do.
    await enable(lambda, 'ensemble-dev-start-workflow', true)
    const workflows = workflowsOf(cloud)
    await until(async () => expect((await execution(workflows, forgotten)).status).toBe('SUCCEEDED'))
    expect(await outcomeOf(cloud, ada, forgotten)).toMatchObject({ status: 'EXPIRED' })
    expect(await outcomeOf(cloud, ada, confirmed)).toMatchObject({ status: 'CONFIRMED' })
    const { executions = [] } = await workflows.send(new ListExecutionsCommand({ stateMachineArn: MACHINE }))
    expect(executions.map(({ name }) => name).sort()).toEqual([confirmed, forgotten].sort())
  })

  test('stops the workflow of what it expires', async () => {
    // Neither do they get anywhere with the order nor can they give it up.
    for (const task of ['validate-order', 'fail-order'])
      await askConsole(cloud, `functions/ensemble-dev-${task}/fault`, { count: 'all' })
    const stuck = await order(cloud, ada, 1)
    const workflows = workflowsOf(cloud)
    await until(async () => expect((await execution(workflows, stuck)).status).toBe('RUNNING'))
    await cleanedUp(lambdaOf(cloud), stuck)
    expect(await toldOf(stuck)).toEqual([{ orderId: stuck, userId: ada.userId }])
    expect(await execution(workflows, stuck)).toMatchObject({ status: 'ABORTED', error: 'OrderExpired' })
  })
})

test('an edge without concurrency takes no orders, and everything else goes on', async () => {
  const cloud = await startCloud(stateDir, '-c', 'placeOrderReservedConcurrency=0')
  onTestFinished(async () => void (await cloud.stop()))
  const eve = await newAccount(cloud)
  const body = { items: [{ sku: 'A-1', qty: 1 }] }
  expect((await call(cloud, 'POST', '/api/orders', { body, token: eve.idToken })).status).toBe(429)
  expect((await call(cloud, 'GET', '/api/orders', { token: eve.idToken })).body).toEqual({ orders: [] })
  const invoke = lambdaOf(cloud).send(new InvokeCommand({ FunctionName: 'ensemble-dev-place-order' }))
  await expect(invoke).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } })
  const shown = await fetch(`${cloud.siteUrl}/_console/api/functions`)
  expect(await shown.json()).toMatchObject({
    functions: expect.arrayContaining([
      expect.objectContaining({
        name: 'ensemble-dev-place-order',
        reservedConcurrency: 0,
        lately: expect.objectContaining({ invocations: 0, throttles: expect.any(Number) }),
      }),
    ]),
  })
})
