import { beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type StackTemplate, synthesize } from './synthesize.ts'

type Stacks = ReadonlyMap<string, StackTemplate>

let stacks: Stacks
beforeAll(async () => {
  stacks = await synthesize()
})

function stackIn(all: Stacks, name: string): StackTemplate {
  const stack = all.get(name)
  if (!stack) throw new Error(`There is no stack ${name}`)
  return stack
}
const keeping = () => stackIn(stacks, 'ensemble-test-keep-orders')
const workflowIn = (all: Stacks) => stackIn(all, 'ensemble-test-place-order')

function functionIn(stack: StackTemplate, name: string) {
  const found = stack.all('AWS::Lambda::Function').find(({ properties }) => properties.FunctionName === name)
  if (!found) throw new Error(`There is no function ${name}`)
  return found
}

describe('the table', () => {
  it('can be restored, lets records expire, and is read by user and by what is pending', () => {
    expect(keeping().one('AWS::DynamoDB::GlobalTable').properties).toMatchObject({
      TableName: 'ensemble-test-orders',
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'ttlEpoch', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byUser',
          KeySchema: [
            { AttributeName: 'userId', KeyType: 'HASH' },
            { AttributeName: 'placedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'pending',
          KeySchema: [
            { AttributeName: 'pending', KeyType: 'HASH' },
            { AttributeName: 'placedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    })
  })

  it('is looked through once an hour for orders to give up', () => {
    const stack = keeping()
    const expire = functionIn(stack, 'ensemble-test-expire-orders')
    const schedule = stack.all('AWS::Events::Rule').find(({ properties }) => properties.ScheduleExpression)
    expect(schedule?.properties).toMatchObject({
      Name: 'ensemble-test-expire-orders',
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Targets: [{ Arn: `<${expire.id}.Arn>` }],
    })
    expect(expire.properties).toMatchObject({ Environment: { Variables: { ORDER_TTL_SECONDS: '3600' } } })
  })
})

describe('exports', () => {
  const BUCKET = 'ensemble-test-exports-<AWS::AccountId>-<AWS::Region>'

  it('go to a private, encrypted bucket, and are deleted after a month', () => {
    const bucket = keeping().one('AWS::S3::Bucket')
    const isOn = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true }
    expect(bucket.properties).toMatchObject({
      BucketName: BUCKET,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: isOn,
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 30 }] },
    })
    expect(keeping().one('AWS::S3::BucketPolicy').properties.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    })
  })

  it.each([
    ['test', 'Delete'],
    ['prod', 'RetainExceptOnCreate'],
  ])('of stage %s are on %s when the stack goes, as the orders are', async (stage, policy) => {
    const stack = stackIn(await synthesize({ stage }), `ensemble-${stage}-keep-orders`)
    const policies = ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable'].map((type) => stack.one(type).deletionPolicy)
    expect(policies).toEqual([policy, policy])
  })

  it('are a table of Athena, whose columns are the record in the JSON of DynamoDB', () => {
    const stack = keeping()
    const bucket = `s3://<${stack.one('AWS::S3::Bucket').id}>`
    const database = stack.one('AWS::Glue::Database')
    expect(database.properties).toMatchObject({ DatabaseInput: { Name: 'ensemble_test' } })
    expect(stack.one('AWS::Glue::Table').properties).toMatchObject({
      DatabaseName: `<${database.id}>`,
      TableInput: {
        Name: 'orders',
        TableType: 'EXTERNAL_TABLE',
        PartitionKeys: [{ Name: 'export_id', Type: 'string' }],
        Parameters: {
          'projection.enabled': 'true',
          'projection.export_id.type': 'injected',
          'storage.location.template': `${bucket}/orders/AWSDynamoDB/\${export_id}/data/`,
        },
        StorageDescriptor: {
          Location: `${bucket}/orders/`,
          SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
          Columns: [
            {
              Name: 'item',
              Type:
                'struct<orderid:struct<s:string>,userid:struct<s:string>,email:struct<s:string>,' +
                'items:struct<l:array<struct<m:struct<sku:struct<s:string>,qty:struct<n:string>>>>>,' +
                'amount:struct<n:string>,currency:struct<s:string>,paymentmethod:struct<s:string>,' +
                'status:struct<s:string>,reason:struct<s:string>,placedat:struct<s:string>,' +
                'history:struct<l:array<struct<m:struct<status:struct<s:string>,at:struct<s:string>>>>>,' +
                'ttlepoch:struct<n:string>,pending:struct<s:string>,abandoned:struct<bool:boolean>>',
            },
          ],
        },
      },
    })
    expect(stack.one('AWS::Athena::WorkGroup').properties).toMatchObject({
      Name: 'ensemble-test',
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: {
          OutputLocation: `${bucket}/results/`,
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        },
      },
    })
  })
})

const Catcher = z.object({ ErrorEquals: z.array(z.string()), Next: z.string() })
const State = z.object({
  Type: z.string(),
  Resource: z.string().optional(),
  Next: z.string().optional(),
  Retry: z.array(z.record(z.string(), z.unknown())).default([]),
  Catch: z.array(Catcher).default([]),
})
const Policy = z.object({
  Roles: z.array(z.string()),
  PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }),
})
const Definition = z.object({ StartAt: z.string(), States: z.record(z.string(), State) })

describe('the workflow', () => {
  const machine = () => workflowIn(stacks).one('AWS::StepFunctions::StateMachine')
  const definition = () => Definition.parse(JSON.parse(z.string().parse(machine().properties.DefinitionString)))

  /** The states one after another, by `Next`. */
  function path(from: string): readonly string[] {
    const next = definition().States[from]?.Next
    return [from, ...(next ? path(next) : [])]
  }
  const catches = (name: string) =>
    definition().States[name]?.Catch.map(({ ErrorEquals: [error], Next }) => `${error} → ${Next}`)

  it('does one step after another, and undoes them in reverse', () => {
    expect(path(definition().StartAt)).toEqual(['Validate', 'Reserve', 'Charge', 'Confirm', 'Tell of the confirmation'])
    expect(path('Refund')).toEqual(['Refund', 'Release', 'Fail', 'Tell of the failure'])
    expect(['Validate', 'Reserve', 'Charge', 'Confirm', 'Refund'].map(catches)).toEqual([
      ['OrderClosed → Closed', 'States.ALL → Fail'],
      ['States.ALL → Release'],
      ['States.ALL → Refund'],
      ['States.ALL → Refund'],
      ['OrderClosed → Confirm'],
    ])
  })

  it('tries again what may pass, ever later and by chance, and nothing that cannot', () => {
    const tasks = Object.values(definition().States).filter(({ Type }) => Type === 'Task')
    expect(tasks).toHaveLength(9)
    for (const { Retry, Resource } of tasks) {
      const isTelling = Resource?.endsWith(':events:putEvents')
      const [retry, never] = Retry.toReversed()
      expect(retry).toMatchObject({ ErrorEquals: ['States.ALL'], BackoffRate: 2, JitterStrategy: 'FULL' })
      expect(never).toEqual(
        isTelling ? undefined : { ErrorEquals: expect.arrayContaining(['OrderClosed']), MaxAttempts: 0 },
      )
    }
  })

  it('has a name, a log that tells nothing of the orders, and traces', () => {
    const log = workflowIn(stacks)
      .all('AWS::Logs::LogGroup')
      .find(({ properties }) => String(properties.LogGroupName).includes('/states/'))
    expect(machine().properties).toMatchObject({
      StateMachineName: 'ensemble-test-place-order',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: {
        Level: 'ALL',
        IncludeExecutionData: false,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: `<${log?.id}.Arn>` } }],
      },
    })
  })

  it('may call its tasks, tell its events, log and trace, and no more', () => {
    const stack = workflowIn(stacks)
    const alias = stack.one('AWS::Lambda::Alias')
    const tasks = stack
      .all('AWS::Lambda::Function')
      .map(({ id }) => (alias.properties.FunctionName === `<${id}>` ? `<${alias.id}>` : `<${id}.Arn>`))
    const statements = stack
      .all('AWS::IAM::Policy')
      .map(({ properties }) => Policy.parse(properties))
      .filter(({ Roles: [role] }) => `<${role?.slice(1, -1)}.Arn>` === machine().properties.RoleArn)
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    expect(statements).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: expect.any(Array) },
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: expect.stringMatching(/:event-bus\/ensemble-test$/),
        Condition: {
          StringEquals: { 'events:source': 'ensemble.orders', 'events:detail-type': ['OrderConfirmed', 'OrderFailed'] },
        },
      },
      { Effect: 'Allow', Action: expect.any(Array), Resource: '*' },
    ])
    const [calling, , logging] = statements
    expect([calling?.Resource].flat().sort()).toEqual(tasks.sort())
    for (const action of [logging?.Action].flat())
      expect(action).toMatch(/^(logs:\w+(LogDeliver|LogGroups|ResourcePolic)|xray:)/)
  })
})

describe('concurrency', () => {
  const charging = (all: Stacks) => workflowIn(all).one('AWS::Lambda::Alias').properties
  const placing = (all: Stacks) =>
    functionIn(stackIn(all, 'ensemble-test'), 'ensemble-test-place-order').properties.ReservedConcurrentExecutions

  it('is neither reserved nor provisioned unless told otherwise', () => {
    expect([placing(stacks), charging(stacks).ProvisionedConcurrencyConfig]).toEqual([undefined, undefined])
  })

  it.each([
    ['0', '0', undefined],
    ['5', '3', { ProvisionedConcurrentExecutions: 3 }],
  ])('is reserved for the edge (%s) and provisioned for charging (%s) by context', async (reserved, ready, config) => {
    const all = await synthesize({
      placeOrderReservedConcurrency: reserved,
      chargePaymentProvisionedConcurrency: ready,
    })
    expect(placing(all)).toBe(Number(reserved))
    expect(charging(all)).toMatchObject({
      Name: 'live',
      FunctionName: `<${functionIn(workflowIn(all), 'ensemble-test-charge-payment').id}>`,
    })
    expect(charging(all).ProvisionedConcurrencyConfig).toEqual(config)
    const others = [...all.values()].flatMap((stack) =>
      stack
        .all('AWS::Lambda::Function')
        .filter(({ properties }) => properties.ReservedConcurrentExecutions !== undefined),
    )
    expect(others).toHaveLength(1)
  })
})
