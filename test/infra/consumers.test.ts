import { beforeAll, describe, expect, it } from 'vitest'
import { consumers, workflows } from '../../infra/contracts.ts'
import { sourceOf } from '../../schemas/event.ts'
import { type StackTemplate, synthesize } from './synthesize.ts'

let stacks: ReadonlyMap<string, StackTemplate>
beforeAll(async () => {
  stacks = await synthesize({ senderEmail: 'hello@shop.example.com', ownerEmail: 'boss@example.com' })
})

function stackOf(consumer: string): StackTemplate {
  const stack = stacks.get(`ensemble-test-${consumer}`)
  if (!stack) throw new Error(`${consumer} has no stack`)
  return stack
}

const named = (stack: StackTemplate, type: string, key: string, name: string) => {
  const found = stack.all(type).find(({ properties }) => properties[key] === name)
  if (!found) throw new Error(`There is no ${type} named ${name}`)
  return found
}
const queueIn = (stack: StackTemplate, name: string) => named(stack, 'AWS::SQS::Queue', 'QueueName', name)
const ruleIn = (stack: StackTemplate, name: string) => named(stack, 'AWS::Events::Rule', 'Name', name)
const functionIn = (stack: StackTemplate, name: string) => named(stack, 'AWS::Lambda::Function', 'FunctionName', name)

it('gives every folder a stack', () => {
  expect([...stacks.keys()].sort()).toEqual(
    ['ensemble-test', ...[...consumers, ...workflows].map(({ name }) => `ensemble-test-${name}`)].sort(),
  )
})

describe.each(consumers.map(({ name, declaration }) => ({ name, ...declaration })))('$name', (consumer) => {
  const { name, events, maxConcurrency } = consumer
  const prefix = `ensemble-test-${name}`

  it('gets its events by a rule of its name, with retries for a day and then dead letters', () => {
    const stack = stackOf(name)
    const patterns = Object.entries(Object.groupBy(events, sourceOf)).map(([source, same = []]) => ({
      source: [source],
      'detail-type': same.map((event) => event.name),
    }))
    expect(ruleIn(stack, name).properties).toEqual({
      Name: name,
      Description: expect.stringContaining(consumer.does),
      EventBusName: 'ensemble-test',
      EventPattern: patterns.length === 1 ? patterns[0] : { $or: patterns },
      Targets: [
        {
          Id: 'queue',
          Arn: `<${queueIn(stack, prefix).id}.Arn>`,
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: `<${queueIn(stack, `${prefix}-undelivered`).id}.Arn>` },
        },
      ],
    })
  })

  it('tries five times, each longer than the function may take, and keeps dead letters for two weeks', () => {
    const stack = stackOf(name)
    const deadLetters = queueIn(stack, `${prefix}-dlq`)
    expect(deadLetters.properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true })
    expect(queueIn(stack, prefix).properties).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: `<${deadLetters.id}.Arn>`, maxReceiveCount: 5 },
      VisibilityTimeout: 6 * Number(functionIn(stack, prefix).properties.Timeout),
      SqsManagedSseEnabled: true,
    })
  })

  it('lets in only its rule, and only over TLS', () => {
    const stack = stackOf(name)
    const rule = `<${ruleIn(stack, name).id}.Arn>`
    for (const queueName of [prefix, `${prefix}-undelivered`]) {
      const { id } = queueIn(stack, queueName)
      const policies = stack
        .all('AWS::SQS::QueuePolicy')
        .filter(({ properties }) => JSON.stringify(properties.Queues).includes(id))
      expect(policies.map(({ properties }) => properties.PolicyDocument)).toEqual([
        {
          Version: '2012-10-17',
          Statement: [
            expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Principal: { Service: 'events.amazonaws.com' },
              Resource: `<${id}.Arn>`,
              Condition: { ArnEquals: { 'aws:SourceArn': rule } },
            },
          ],
        },
      ])
    }
  })

  it('is run in batches that may fail in part, at most as many as it declares', () => {
    const stack = stackOf(name)
    const source = named(
      stack,
      'AWS::Lambda::EventSourceMapping',
      'EventSourceArn',
      `<${queueIn(stack, prefix).id}.Arn>`,
    )
    expect(source.properties).toEqual({
      BatchSize: 10,
      EventSourceArn: expect.anything(),
      FunctionName: `<${functionIn(stack, prefix).id}>`,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...(maxConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maxConcurrency } }),
    })
  })

  it('is one function of ours', () => {
    const stack = stackOf(name)
    const { properties } = functionIn(stack, prefix)
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      Environment: {
        Variables: {
          STAGE: 'test',
          POWERTOOLS_SERVICE_NAME: name,
          CONSUMER: name,
          DEAD_LETTERS_URL: `<${queueIn(stack, `${prefix}-dlq`).id}>`,
        },
      },
    })
    const logs = named(stack, 'AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/${prefix}`)
    expect(logs.properties.RetentionInDays).toBe(30)
    expect(properties.LoggingConfig).toEqual({ LogGroup: `<${logs.id}>` })
  })

  it('alarms on dead letters, on old messages, on errors and throttles', () => {
    const stack = stackOf(name)
    const watched = stack.all('AWS::CloudWatch::Alarm').map(({ properties }) => JSON.stringify(properties))
    const expected = [
      ['ApproximateNumberOfMessagesVisible', queueIn(stack, `${prefix}-dlq`).id],
      ['ApproximateNumberOfMessagesVisible', queueIn(stack, `${prefix}-undelivered`).id],
      ['ApproximateAgeOfOldestMessage', queueIn(stack, prefix).id],
      ['Errors', functionIn(stack, prefix).id],
      ['Throttles', functionIn(stack, prefix).id],
    ]
    for (const [metric = '', id = ''] of expected) {
      expect(watched.filter((alarm) => alarm.includes(`"${metric}"`) && alarm.includes(id))).toHaveLength(1)
    }
  })
})

describe('keep-registrations', () => {
  it('has a table whose items expire, with a stream, that can be restored', () => {
    expect(stackOf('keep-registrations').one('AWS::DynamoDB::GlobalTable').properties).toMatchObject({
      TableName: 'ensemble-test-registrations',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'registrationId', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    })
  })

  it('follows only what TTL deletes of the pending ones, and notes what it cannot announce', () => {
    const stack = stackOf('keep-registrations')
    const stream = `<${stack.one('AWS::DynamoDB::GlobalTable').id}.StreamArn>`
    const { properties } = named(stack, 'AWS::Lambda::EventSourceMapping', 'EventSourceArn', stream)
    expect(properties).toMatchObject({
      FunctionName: `<${functionIn(stack, 'ensemble-test-announce-expired').id}>`,
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 100,
      DestinationConfig: {
        OnFailure: { Destination: `<${queueIn(stack, 'ensemble-test-announce-expired-dlq').id}.Arn>` },
      },
      FilterCriteria: { Filters: [{ Pattern: expect.any(String) }] },
    })
    const [pattern] = JSON.stringify(properties.FilterCriteria).match(/\{\\"event.*\}/) ?? []
    expect(pattern?.replaceAll('\\', '')).toContain(
      '{"eventName":["REMOVE"],"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]},"dynamodb":{"OldImage":{"status":{"S":["PENDING"]}}}}',
    )
  })

  it('answers its route through the API of the core stack', () => {
    const stack = stackOf('keep-registrations')
    expect(stack.one('AWS::ApiGatewayV2::Route').properties).toMatchObject({
      ApiId: '<ensemble-test:ApiId>',
      RouteKey: 'GET /api/registrations/{id}',
    })
    expect(stack.one('AWS::ApiGatewayV2::Integration').properties).toMatchObject({
      ApiId: '<ensemble-test:ApiId>',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `<${functionIn(stack, 'ensemble-test-get-registration').id}.Arn>`,
      PayloadFormatVersion: '2.0',
    })
    expect(stack.one('AWS::Lambda::Permission').properties.SourceArn).toMatch(
      /:<ensemble-test:ApiId>\/\*\/\*\/api\/registrations\/\{id\}$/,
    )
  })
})

it('tells the functions that send mail what they ask for, and no other', () => {
  const variables = (name: string) => functionIn(stackOf(name), `ensemble-test-${name}`).properties.Environment
  expect(variables('send-verification')).toMatchObject({
    Variables: { SENDER_EMAIL: 'hello@shop.example.com', SITE_URL: '<ensemble-test:SiteUrl>' },
  })
  expect(variables('notify-owner')).toMatchObject({
    Variables: { SENDER_EMAIL: 'hello@shop.example.com', OWNER_EMAIL: 'boss@example.com' },
  })
  expect(JSON.stringify(variables('keep-registrations'))).not.toMatch(/EMAIL|SITE/)
})
