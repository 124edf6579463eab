import { describe, expect, test } from 'vitest'
import { createIam } from '../../../infra/local/engines/iam.ts'
import { cloudContext, provision } from './cloud-context.ts'

const ARN = 'arn:aws'
const here = (service: string, resource: string) => `${ARN}:${service}:us-east-1:000000000000:${resource}`
const TABLE = here('dynamodb', 'table/orders')

interface Statement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly [member: string]: unknown
}

/** What happens to a call of the function `keep-orders` when its role has these statements. */
async function guardWith(...statements: readonly Statement[]) {
  const iam = createIam(cloudContext())
  const role = await provision(iam, 'AWS::IAM::Role', { RoleName: 'keeper', AssumeRolePolicyDocument: {} })
  await provision(iam, 'AWS::IAM::Policy', {
    PolicyName: 'keeper-policy',
    Roles: ['keeper'],
    PolicyDocument: { Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) },
  })
  const guard = iam.guard([{ name: 'keep-orders', roleArn: role.attributes?.Arn }])
  return (service: string, call: Partial<Parameters<typeof guard>[1]>) =>
    guard(service, { method: 'POST', url: '/', headers: {}, body: Buffer.alloc(0), caller: 'keeporders', ...call })
}

const json = (target: string, input: object) => ({
  headers: { 'x-amz-target': target },
  body: Buffer.from(JSON.stringify(input)),
})
const form = (parameters: Record<string, string>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(new URLSearchParams(parameters).toString()),
})
const putItem = json('DynamoDB_20120810.PutItem', { TableName: 'orders', Item: {} })

describe('a call of a function', () => {
  test('is refused in the words of IAM unless a policy of its role allows it', async () => {
    const guard = await guardWith({ Action: 'dynamodb:GetItem', Resource: TABLE })
    expect(guard('dynamodb', json('DynamoDB_20120810.GetItem', { TableName: 'orders', Key: {} }))).toBeUndefined()
    expect(guard('dynamodb', putItem)).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: `User: ${ARN}:sts::000000000000:assumed-role/keeper/keep-orders is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
    })
  })

  test('is nobody’s business if a developer makes it', async () => {
    const guard = await guardWith()
    expect(guard('dynamodb', { ...putItem, caller: 'AKIAIOSFODNN7EXAMPLE' })).toBeUndefined()
  })

  test.each<[string, Statement, boolean]>([
    ['an action by a pattern, in any case', { Action: 'DynamoDB:put*', Resource: '*' }, true],
    ['a resource by a pattern', { Action: 'dynamodb:*', Resource: here('dynamodb', 'table/order?') }, true],
    ['another resource by a pattern', { Action: 'dynamodb:*', Resource: here('dynamodb', 'table/order') }, false],
    ['one of several', { Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: ['x', TABLE] }, true],
    ['all but one action', { NotAction: 'dynamodb:PutItem', Resource: '*' }, false],
    ['all but another action', { NotAction: 'dynamodb:GetItem', Resource: '*' }, true],
    ['all but one resource', { Action: '*', NotResource: TABLE }, false],
    ['all but another resource', { Action: '*', NotResource: here('dynamodb', 'table/users') }, true],
    [
      'what conditions do not meet',
      { Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:x': 'y' } } },
      false,
    ],
  ])('is allowed as the statement says: %s', async (_, statement, isAllowed) => {
    const guard = await guardWith(statement)
    expect(guard('dynamodb', putItem) === undefined).toBe(isAllowed)
  })

  test('is refused by one statement that denies it, whatever others allow', async () => {
    const guard = await guardWith(
      { Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:Put*', Resource: '*' },
    )
    expect(guard('dynamodb', putItem)).toBeDefined()
  })

  test('is allowed by a policy in the role itself, too', async () => {
    const iam = createIam(cloudContext())
    const PolicyDocument = { Statement: { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE } }
    const { attributes } = await provision(iam, 'AWS::IAM::Role', { Policies: [{ PolicyName: 'own', PolicyDocument }] })
    const guard = iam.guard([{ name: 'f', roleArn: attributes?.Arn }])
    expect(guard('dynamodb', { method: 'POST', url: '/', ...putItem, caller: 'f' })).toBeUndefined()
  })

  test('has its policy refused by name if that asks what is not understood here', async () => {
    const policy = guardWith({ Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })
    await expect(policy).rejects.toThrow('IpAddress')
  })
})

/** A call, and the one right that is enough for it: action, resource, conditions. */
const CALLS: readonly [string, object, string, string, object?][] = [
  [
    'dynamodb',
    json('DynamoDB_20120810.Query', { TableName: 'orders', IndexName: 'byUser' }),
    'dynamodb:Query',
    `${TABLE}/index/byUser`,
  ],
  [
    'dynamodb',
    json('DynamoDB_20120810.BatchGetItem', { RequestItems: { orders: {} } }),
    'dynamodb:BatchGetItem',
    TABLE,
  ],
  [
    'dynamodb',
    json('DynamoDB_20120810.TransactWriteItems', { TransactItems: [{ Put: { TableName: 'orders' } }] }),
    'dynamodb:PutItem',
    TABLE,
  ],
  [
    'dynamodb',
    json('DynamoDB_20120810.TransactWriteItems', { TransactItems: [{ ConditionCheck: { TableName: TABLE } }] }),
    'dynamodb:ConditionCheckItem',
    TABLE,
  ],
  [
    'events',
    json('AWSEvents.PutEvents', { Entries: [{ EventBusName: 'shop', Source: 's', DetailType: 'T' }] }),
    'events:PutEvents',
    here('events', 'event-bus/shop'),
    { StringEquals: { 'events:source': 's', 'events:detail-type': ['T', 'U'] } },
  ],
  [
    'states',
    json('AWSStepFunctions.StartExecution', { stateMachineArn: 'machine' }),
    'states:StartExecution',
    'machine',
  ],
  [
    'secretsmanager',
    json('secretsmanager.GetSecretValue', { SecretId: 'key' }),
    'secretsmanager:GetSecretValue',
    here('secretsmanager', 'secret:key-??????'),
  ],
  [
    'cognito-idp',
    json('AWSCognitoIdentityProviderService.AdminGetUser', { UserPoolId: 'p' }),
    'cognito-idp:AdminGetUser',
    here('cognito-idp', 'userpool/p'),
  ],
  [
    'sqs',
    json('AmazonSQS.SendMessage', { QueueUrl: 'http://127.0.0.1:4566/000000000000/q' }),
    'sqs:SendMessage',
    here('sqs', 'q'),
  ],
  ['sns', form({ Action: 'Publish', TopicArn: here('sns', 't') }), 'sns:Publish', here('sns', 't')],
  ['sns', form({ Action: 'Publish', PhoneNumber: '+14155550123' }), 'sns:Publish', '+1415*'],
  [
    'ses',
    form({ Action: 'SendEmail', Source: 'Us <us@example.com>' }),
    'ses:SendEmail',
    here('ses', 'identity/example.com'),
    { StringLike: { 'ses:FromAddress': 'us@*' } },
  ],
  ['lambda', { url: '/2015-03-31/functions/f/invocations' }, 'lambda:InvokeFunction', here('lambda', 'function:f')],
  [
    's3',
    { method: 'PUT', url: '/bucket/banners/a%20b.png?X-Amz-Expires=60' },
    's3:PutObject',
    'arn:aws:s3:::bucket/banners/a b.png',
  ],
  ['s3', { method: 'GET', url: '/bucket?list-type=2' }, 's3:ListBucket', 'arn:aws:s3:::bucket'],
  ['logs', json('Logs_20140328.PutLogEvents', {}), 'logs:PutLogEvents', '*'],
]

test.each(CALLS)('%s %o needs the right to %s on %s', async (service, call, Action, Resource, Condition) => {
  const statement = { Action, Resource, ...(Condition ? { Condition } : {}) }
  expect((await guardWith(statement))(service, call)).toBeUndefined()
  const others = [
    { ...statement, Action: `${Action}s` },
    { ...statement, Resource: `${Resource === '*' ? '' : Resource}x` },
    { ...statement, Condition: { ...Condition, ArnLike: { 'aws:PrincipalArn': '*' } } },
  ]
  for (const other of others) expect((await guardWith(other))(service, call)).toBeDefined()
})

test('every part of a call needs its right', async () => {
  const guard = await guardWith({ Action: 'dynamodb:*', Resource: TABLE })
  const parts = (...tables: string[]) =>
    json('DynamoDB_20120810.TransactWriteItems', {
      TransactItems: tables.map((TableName) => ({ Update: { TableName } })),
    })
  expect(guard('dynamodb', parts('orders', 'orders'))).toBeUndefined()
  expect(guard('dynamodb', parts('orders', 'users'))).toMatchObject({ message: expect.stringContaining('table/users') })
})

test('whoever signs up or logs in needs no right', async () => {
  const guard = await guardWith()
  const call = json('AWSCognitoIdentityProviderService.InitiateAuth', { ClientId: 'c' })
  expect(guard('cognito-idp', call)).toBeUndefined()
})
