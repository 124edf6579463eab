import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Duration, Stack } from 'aws-cdk-lib'
import { Table } from 'aws-cdk-lib/aws-dynamodb'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import * as sfn from 'aws-cdk-lib/aws-stepfunctions'
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { provision } from '../../infra/local/assembly/provision.ts'
import { readAssembly } from '../../infra/local/assembly/read.ts'
import { createIam } from '../../infra/local/engines/iam.ts'
import { createInert } from '../../infra/local/engines/inert.ts'
import { createLogs } from '../../infra/local/engines/logs.ts'
import { createStepFunctions } from '../../infra/local/engines/step-functions.ts'
import { cloudContext } from '../unit/local/cloud-context.ts'

// What CDK makes of a state machine is what the local cloud takes.

/** Synthesizes a stack, and provisions it on the engines that it needs. */
async function provisioned(build: (stack: Stack) => void) {
  const outdir = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }))
  const app = new App({ outdir, builtinCloudFormationValidation: false })
  build(new Stack(app, 'Orders'))
  app.synth()
  const context = cloudContext()
  const iam = createIam(context)
  const engine = createStepFunctions(context, {
    invoke: async () => ({ payload: 'null', log: [] }),
    service: () => undefined,
    refusal: iam.refusal,
    announce: () => {},
  })
  await provision(readAssembly(outdir), [engine, iam, createInert(context), createLogs(context)], context)
  return engine
}

/** Of every kind of state and task. */
function placeOrder(scope: Stack): sfn.IChainable {
  const job = LambdaFunction.fromFunctionArn(scope, 'Job', 'arn:aws:lambda:us-east-1:000000000000:function:job')
  const queue = Queue.fromQueueArn(scope, 'Queue', 'arn:aws:sqs:us-east-1:000000000000:jobs')
  const topic = Topic.fromTopicArn(scope, 'Topic', 'arn:aws:sns:us-east-1:000000000000:news')
  const eventBus = EventBus.fromEventBusName(scope, 'Bus', 'orders')
  const table = Table.fromTableName(scope, 'Orders', 'orders')
  const token = sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN

  const failed = new sfn.Fail(scope, 'Failed', { errorPath: '$.error.Error', causePath: '$.error.Cause' })
  const emit = new tasks.EventBridgePutEvents(scope, 'Emit', {
    entries: [{ eventBus, source: 'orders', detailType: 'Placed', detail: sfn.TaskInput.fromJsonPathAt('$.order') }],
    resultPath: sfn.JsonPath.DISCARD,
  })
  const reserve = new tasks.LambdaInvoke(scope, 'Reserve', {
    lambdaFunction: job,
    payload: sfn.TaskInput.fromObject({ step: 'reserve', input: sfn.JsonPath.entirePayload }),
    resultSelector: { 'reserved.$': '$.Payload' },
    resultPath: '$.reservation',
    taskTimeout: sfn.Timeout.duration(Duration.seconds(30)),
  })
  reserve.addRetry({ errors: ['Flaky'], jitterStrategy: sfn.JitterType.FULL, maxDelay: Duration.seconds(5) })
  reserve.addCatch(failed, { resultPath: '$.error' })
  return sfn.Chain.start(reserve)
    .next(new tasks.LambdaInvoke(scope, 'Charge', { lambdaFunction: job, payloadResponseOnly: true }))
    .next(
      new tasks.LambdaInvoke(scope, 'Approve', {
        lambdaFunction: job,
        integrationPattern: token,
        payload: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken }),
        heartbeatTimeout: sfn.Timeout.at('$.patience'),
      }),
    )
    .next(
      new sfn.Parallel(scope, 'Both', { resultPath: '$.both' })
        .branch(
          new tasks.DynamoPutItem(scope, 'Put', {
            table,
            item: { orderId: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$.id')) },
          }),
        )
        .branch(
          new tasks.CallAwsService(scope, 'Get', {
            service: 'dynamodb',
            action: 'getItem',
            iamResources: ['*'],
            parameters: { TableName: 'orders' },
          }),
        ),
    )
    .next(
      new sfn.Map(scope, 'Each', {
        itemsPath: '$.items',
        maxConcurrency: 2,
        itemSelector: { 'sku.$': '$$.Map.Item.Value.sku' },
      }).itemProcessor(
        new tasks.SqsSendMessage(scope, 'Send', { queue, messageBody: sfn.TaskInput.fromJsonPathAt('$') }).next(
          new tasks.SnsPublish(scope, 'Publish', { topic, message: sfn.TaskInput.fromText('sent') }),
        ),
      ),
    )
    .next(new sfn.Wait(scope, 'Wait', { time: sfn.WaitTime.duration(Duration.seconds(1)) }))
    .next(
      new sfn.Choice(scope, 'Enough?')
        .when(
          sfn.Condition.and(sfn.Condition.isPresent('$.total'), sfn.Condition.numberGreaterThan('$.total', 0)),
          emit,
        )
        .otherwise(
          new sfn.Pass(scope, 'Nothing', { parameters: { 'text.$': "States.Format('{}', $.id)" } }).next(
            new sfn.Succeed(scope, 'Done'),
          ),
        ),
    )
}

describe('a state machine that CDK made', () => {
  test('runs locally', async () => {
    const engine = await provisioned((stack) => {
      new sfn.StateMachine(stack, 'PlaceOrder', {
        stateMachineName: 'place-order',
        definitionBody: sfn.DefinitionBody.fromChainable(placeOrder(stack)),
        timeout: Duration.minutes(5),
        tracingEnabled: true,
        logs: {
          destination: new LogGroup(stack, 'Log', { logGroupName: '/aws/states/place-order' }),
          level: sfn.LogLevel.ALL,
        },
      })
    })
    expect(engine.executions({ limit: 1 })).toEqual([])
  })

  test.for<[string, (stack: Stack) => void]>([
    [
      'StateMachineType is not supported locally as it is: only STANDARD state machines run here',
      (stack) =>
        new sfn.StateMachine(stack, 'Fast', {
          stateMachineType: sfn.StateMachineType.EXPRESS,
          definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
        }),
    ],
    [
      'state machines in JSONata are not supported locally',
      (stack) =>
        new sfn.StateMachine(stack, 'Modern', {
          queryLanguage: sfn.QueryLanguage.JSONATA,
          definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')),
        }),
    ],
    [
      'Pass.QueryLanguage: state machines in JSONata are not supported locally',
      (stack) =>
        new sfn.StateMachine(stack, 'Mixed', {
          definitionBody: sfn.DefinitionBody.fromChainable(sfn.Pass.jsonata(stack, 'Pass')),
        }),
    ],
    [
      'the task arn:aws:states:::states:startExecution.sync:2 is not supported locally',
      (stack) => {
        const inner = sfn.StateMachine.fromStateMachineName(stack, 'Inner', 'inner')
        const integrationPattern = sfn.IntegrationPattern.RUN_JOB
        const start = new tasks.StepFunctionsStartExecution(stack, 'Start', { stateMachine: inner, integrationPattern })
        new sfn.StateMachine(stack, 'Outer', { definitionBody: sfn.DefinitionBody.fromChainable(start) })
      },
    ],
    ['Not supported locally: AWS::StepFunctions::Activity', (stack) => new sfn.Activity(stack, 'Activity')],
  ])('is refused: %s', async ([why, build]) => {
    await expect(provisioned(build)).rejects.toThrow(why)
  })
})
