import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { jsonService, operation } from '../../../infra/local/engines/json-service.ts'
import { queryService } from '../../../infra/local/engines/query-service.ts'
import { integration, MACHINE, sequence, startStepFunctions } from './step-functions.ts'

describe('other services', () => {
  const recorded: unknown[] = []
  const answer = (body: unknown) =>
    operation(z.unknown(), (input) => {
      recorded.push(input)
      return body
    })

  test('events:putEvents, with the execution among what each event is about', async () => {
    const { define, start, result } = await startStepFunctions({
      services: {
        events: jsonService('1.1', { PutEvents: answer({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }) }),
      },
    })
    const entry = { EventBusName: 'bus', Source: 's', DetailType: 'T', Detail: { 'a.$': '$.a' } }
    const Entries = [entry, { ...entry, Resources: ['arn:one'] }]
    await define(sequence({ Emit: integration('events:putEvents', { Entries }) }))
    const arn = await start({ a: 1 })
    expect(await result(arn)).toEqual({
      status: 'SUCCEEDED',
      output: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
    })
    const sent = { ...entry, Detail: '{"a":1}' }
    expect(recorded.at(-1)).toEqual({
      Entries: [
        { ...sent, Resources: [arn, MACHINE] },
        { ...sent, Resources: ['arn:one', arn, MACHINE] },
      ],
    })
  })

  test('events:putEvents of which one is refused', async () => {
    const body = {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
    }
    const { run } = await startStepFunctions({ services: { events: jsonService('1.1', { PutEvents: answer(body) }) } })
    expect(await run(sequence({ Emit: integration('events:putEvents', { Entries: [] }) }))).toEqual({
      status: 'FAILED',
      error: 'EventBridge.FailedEntry',
      cause: JSON.stringify(body),
    })
  })

  const refuse = (code: string) =>
    operation(z.unknown(), () => {
      throw new AwsError(code, 'No.')
    })
  test.for<[string, string, string]>([
    ['dynamodb:putItem', 'ConditionalCheckFailedException', 'DynamoDB.ConditionalCheckFailedException'],
    ['dynamodb:putItem', 'ValidationException', 'DynamoDB.AmazonDynamoDBException'],
    ['aws-sdk:dynamodb:putItem', 'ValidationException', 'DynamoDb.DynamoDbException'],
    ['aws-sdk:dynamodb:putItem', 'ResourceNotFoundException', 'DynamoDb.ResourceNotFoundException'],
  ])('%s that answers %s', async ([resource, code, error]) => {
    const { run } = await startStepFunctions({ services: { dynamodb: jsonService('1.0', { PutItem: refuse(code) }) } })
    expect(await run(sequence({ Put: integration(resource, { TableName: 't' }) }))).toMatchObject({ error })
  })

  test.for<[string, string]>([
    ['dynamodb:putItem', 'DynamoDB.AccessDeniedException'],
    ['lambda:invoke', 'Lambda.AccessDeniedException'],
    ['sns:publish', 'SNS.AccessDeniedException'],
    ['states:startExecution', 'StepFunctions.AccessDeniedException'],
  ])('%s that the role does not allow', async ([resource, error]) => {
    const { run, calls } = await startStepFunctions({
      functions: { job: () => null },
      services: { dynamodb: jsonService('1.0', { PutItem: answer({}) }) },
      refusal: ({ roleArn }) => new AwsError('AccessDeniedException', `${roleArn} may not`),
    })
    const parameters = { FunctionName: 'job', StateMachineArn: 'machine', TopicArn: 'topic' }
    const ended = await run(sequence({ Do: integration(resource, parameters) }))
    expect(ended).toMatchObject({ error, cause: expect.stringContaining('role/machine may not') })
    expect(calls).toEqual([])
  })

  test('sqs:sendMessage and sns:publish', async () => {
    const { run } = await startStepFunctions({
      services: {
        sqs: jsonService('1.0', { SendMessage: answer({ MessageId: 'm' }) }),
        sns: queryService('http://sns.amazonaws.com/doc/2010-03-31/', {
          Publish(form) {
            recorded.push(Object.fromEntries(form))
            return '<MessageId>n</MessageId>'
          },
        }),
      },
    })
    const Send = integration('sqs:sendMessage', { QueueUrl: 'q', 'MessageBody.$': '$' }, { ResultPath: '$.sent' })
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'v' } }
    const Publish = integration(
      'sns:publish',
      { TopicArn: 't', 'Message.$': '$.a', MessageAttributes },
      { ResultPath: '$.published' },
    )
    expect(await run(sequence({ Send, Publish }), { a: 1 })).toMatchObject({
      output: { sent: { MessageId: 'm' }, published: { MessageId: 'n' } },
    })
    expect(recorded.slice(-2)).toEqual([
      { QueueUrl: 'q', MessageBody: '{"a":1}' },
      {
        Action: 'Publish',
        TopicArn: 't',
        Message: '1',
        'MessageAttributes.entry.1.Name': 'k',
        'MessageAttributes.entry.1.Value.DataType': 'String',
        'MessageAttributes.entry.1.Value.StringValue': 'v',
      },
    ])
  })
})
