import { randomUUID } from 'node:crypto'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import {
  DescribeReplayCommand,
  EventBridgeClient,
  ListArchivesCommand,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { DescribeSchemaCommand, ListSchemasCommand, SchemasClient } from '@aws-sdk/client-schemas'
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from '../../infra/contracts.ts'
import { schemaNameOf } from '../../schemas/event.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

// Every service of the local endpoint, with the clients that everybody uses, against the running app.

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const config = () => clientConfig(cloud.endpoint)
const BUS = 'ensemble-dev'
const ARN = 'arn:aws:events:us-east-1:000000000000'

test('the rules are named like the consumers', async () => {
  const { Rules = [] } = await new EventBridgeClient(config()).send(new ListRulesCommand({ EventBusName: BUS }))
  expect(Rules.map(({ Name }) => Name)).toEqual(
    expect.arrayContaining(['keep-registrations', 'send-verification', 'notify-owner']),
  )
})

test('a function may do what its role says, and nothing else', async () => {
  const credentials = { accessKeyId: 'ensembledevhealth', secretAccessKey: 'of the function health' }
  const scan = new DynamoDBClient({ ...config(), credentials }).send(
    new ScanCommand({ TableName: 'ensemble-dev-registrations' }),
  )
  await expect(scan).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      '/ensemble-dev-health is not authorized to perform: dynamodb:Scan on resource: arn:',
    ),
  })
})

test('TestEventPattern, and what is wrong with a pattern', async () => {
  const events = new EventBridgeClient(config())
  const event = {
    id: '1',
    account: '0',
    source: 'a',
    time: '2026-01-01T00:00:00Z',
    region: 'x',
    'detail-type': 'b',
    detail: { n: 300 },
  }
  const ask = (pattern: string) =>
    events.send(new TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(event) }))
  expect(await ask('{"detail":{"n":[{"numeric":[">",299.5]}]}}')).toMatchObject({ Result: true })
  expect(await ask('{"detail":{"n":["300"]}}')).toMatchObject({ Result: false })
  await expect(ask('{"detail":{"n":300}}')).rejects.toMatchObject({
    name: 'InvalidEventPatternException',
    message: expect.stringContaining('Event pattern is not valid. Reason:'),
  })
})

test('a rule of somebody else feeds a queue of theirs, while everything runs', async () => {
  const name = `curious-${randomUUID().slice(0, 8)}`
  const sqs = new SQSClient(config())
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const events = new EventBridgeClient(config())
  await events.send(
    new PutRuleCommand({ EventBusName: BUS, Name: name, EventPattern: '{"source":["ensemble.registrations"]}' }),
  )
  await events.send(
    new PutTargetsCommand({ EventBusName: BUS, Rule: name, Targets: [{ Id: 'queue', Arn: Attributes.QueueArn }] }),
  )
  const id = await register(cloud, newEmail())
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }))
  expect(JSON.parse(Messages[0]?.Body ?? '{}')).toMatchObject({
    source: 'ensemble.registrations',
    'detail-type': 'RegistrationRequested',
    account: '000000000000',
    detail: { data: { registrationId: id } },
  })
})

test('a replay does nothing twice, and a rerun does it once more', async () => {
  const email = newEmail()
  await register(cloud, email)
  await verificationMail(cloud, email)
  await cloud.settled()
  const events = new EventBridgeClient(config())
  const replay = async (ReplayName: string) => {
    await events.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: `${ARN}:archive/ensemble-dev-archive`,
        EventStartTime: new Date(Date.now() - 3_600_000),
        EventEndTime: new Date(Date.now() + 60_000),
        Destination: { Arn: `${ARN}:event-bus/${BUS}`, FilterArns: [`${ARN}:rule/${BUS}/send-verification`] },
      }),
    )
    await until(async () => {
      const { State } = await events.send(new DescribeReplayCommand({ ReplayName }))
      if (State !== 'COMPLETED') throw new Error(`The replay is ${State}`)
    })
    await cloud.settled()
  }
  await replay('again')
  expect(await cloud.emails(email)).toHaveLength(1)
  await replay('rerun-mails')
  expect(await cloud.emails(email)).toHaveLength(2)
})

test('the archive counts what the bus took', async () => {
  const { Archives = [] } = await new EventBridgeClient(config()).send(new ListArchivesCommand({}))
  expect(Archives).toMatchObject([{ ArchiveName: 'ensemble-dev-archive', State: 'ENABLED', RetentionDays: 90 }])
})

test('every event has its schema', async () => {
  const schemas = new SchemasClient(config())
  const { Schemas = [] } = await schemas.send(new ListSchemasCommand({ RegistryName: BUS }))
  expect(Schemas.map(({ SchemaName }) => SchemaName).sort()).toEqual(events.map(schemaNameOf).sort())
  const { Content = '', Type } = await schemas.send(
    new DescribeSchemaCommand({ RegistryName: BUS, SchemaName: 'ensemble.registrations@RegistrationRequested' }),
  )
  expect(Type).toBe('JSONSchemaDraft4')
  expect(JSON.parse(Content)).toMatchObject({ title: 'ensemble.registrations@RegistrationRequested', type: 'object' })
})

test('functions can be listed and invoked', async () => {
  const lambda = new LambdaClient(config())
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}))
  expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(
    expect.arrayContaining([
      'ensemble-dev-register',
      'ensemble-dev-send-verification',
      'ensemble-dev-get-registration',
    ]),
  )
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'ensemble-dev-health', Payload: '{}' }))
  expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
    statusCode: 200,
    body: '{"ok":true,"service":"ensemble"}',
  })
})

test("a function's log can be read, and holds no address", async () => {
  const email = newEmail()
  await register(cloud, email)
  await verificationMail(cloud, email)
  const logs = new CloudWatchLogsClient(config())
  const logGroupName = '/aws/lambda/ensemble-dev-send-verification'
  const lines = await until(async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.message = "consumed" }' }),
    )
    if (events.length === 0) throw new Error('Nothing logged yet')
    return events.map(({ message = '' }) => message)
  })
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    outcome: 'processed',
    service: 'send-verification',
    correlation_id: expect.any(String),
  })
  expect(lines.join()).not.toContain('@example.com')
})

test('tables and their streams', async () => {
  const { Table } = await new DynamoDBClient(config()).send(
    new DescribeTableCommand({ TableName: 'ensemble-dev-registrations' }),
  )
  expect(Table?.KeySchema).toEqual([{ AttributeName: 'registrationId', KeyType: 'HASH' }])
  const { StreamDescription } = await new DynamoDBStreamsClient(config()).send(
    new DescribeStreamCommand({ StreamArn: Table?.LatestStreamArn }),
  )
  expect(StreamDescription).toMatchObject({ StreamStatus: 'ENABLED', StreamViewType: 'NEW_AND_OLD_IMAGES' })
})

test('a mail sent by anybody is in the inbox', async () => {
  const to = newEmail()
  await new SESClient(config()).send(
    new SendEmailCommand({
      Source: 'me@example.com',
      Destination: { ToAddresses: [to, 'second@example.com'] },
      Message: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Text' } } },
    }),
  )
  expect(await cloud.emails(to)).toMatchObject([{ to: `${to}, second@example.com`, subject: 'Hello', text: 'Text' }])
})

test('the secret is there, and an unknown operation is refused by name', async () => {
  const secrets = new SecretsManagerClient(config())
  expect(await secrets.send(new DescribeSecretCommand({ SecretId: 'ensemble-dev-link-key' }))).toMatchObject({
    Name: 'ensemble-dev-link-key',
  })
  const response = await fetch(cloud.endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSEvents.CreateEndpoint',
      authorization:
        'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: '{}',
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' })
})

test('PutEvents answers each entry for itself', async () => {
  const { FailedEntryCount, Entries = [] } = await new EventBridgeClient(config()).send(
    new PutEventsCommand({
      Entries: [
        { EventBusName: BUS, Source: 'test', DetailType: 'Fine', Detail: '{}' },
        { EventBusName: BUS, Source: 'test', DetailType: 'Broken', Detail: '[]' },
        { EventBusName: BUS, Source: 'aws.test', DetailType: 'Theirs', Detail: '{}' },
      ],
    }),
  )
  expect(FailedEntryCount).toBe(2)
  expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'NotAuthorizedForSourceException',
  ])
})
