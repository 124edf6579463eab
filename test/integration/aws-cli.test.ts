import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { awsCli, runAwsCli } from '../support/aws-cli.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

// The AWS CLI drives the running app. boto3.test.ts asks for more of each service; here is what people type.

const stateDir = newStateDir()
const folder = mkdtempSync(join(tmpdir(), 'ensemble-aws-cli-'))
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloud(stateDir)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
  rmSync(folder, { recursive: true, force: true })
})

/** What it prints as JSON. */
const aws = (...args: readonly string[]) => awsCli(cloud.endpoint, ...args)
const run = (...args: readonly string[]) => runAwsCli(cloud.endpoint, ...args)

const unique = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`
const ON_BUS = ['--event-bus-name', 'ensemble-dev'] as const
const EVENTS = 'arn:aws:events:us-east-1:000000000000'
const pathOf = (name: string) => join(folder, name)
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(pathOf(name), content)
  return pathOf(name)
}
/** What it says when a service refuses. */
const refusal = (code: string, operation: string, message: string) => ({
  code: 254,
  stdout: '',
  stderr: expect.stringContaining(`An error occurred (${code}) when calling the ${operation} operation: ${message}`),
})

// Each call is a process that takes half a second of a free core.
describe('aws', { timeout: 240_000 }, () => {
  test('sts get-caller-identity', async () => {
    expect(await aws('sts', 'get-caller-identity')).toEqual({
      UserId: '000000000000',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    })
  })

  test.each([
    ['iam', 'list-users', 'ListUsers', 'InvalidAction', 'The service iam is not supported locally'],
    ['route53', 'list-hosted-zones', 'ListHostedZones', 'InvalidAction', 'The service route53 is not supported'],
    ['kinesis', 'list-streams', 'ListStreams', 'UnknownOperationException', 'The service kinesis is not supported'],
    ['events', 'list-connections', 'ListConnections', 'UnknownOperationException', 'ListConnections is not supported'],
    ['ses', 'list-templates', 'ListTemplates', 'InvalidAction', 'Could not find operation ListTemplates'],
  ])('%s %s is not supported, and says so', async (service, command, operation, code, message) => {
    expect(await run(service, command)).toEqual(refusal(code, operation, message))
  })

  describe('events', () => {
    test('put-events, test-event-pattern, list-event-buses', async () => {
      const entry = { EventBusName: 'ensemble-dev', Source: 'cli', DetailType: 'Tried', Detail: '{"a":"é"}' }
      const event = { id: '1', account: '0', source: 'cli', time: '2026-01-01T00:00:00Z', region: 'x', detail: {} }
      const [put, tested, buses] = await Promise.all([
        aws('events', 'put-events', '--entries', JSON.stringify([entry])),
        aws(
          ...['events', 'test-event-pattern', '--event-pattern', '{"source":["cli"]}'],
          ...['--event', JSON.stringify({ ...event, 'detail-type': 'Tried' })],
        ),
        aws('events', 'list-event-buses', '--query', 'EventBuses[].Name'),
      ])
      expect(put).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] })
      expect(tested).toEqual({ Result: true })
      expect(buses).toEqual(['default', 'ensemble-dev'])
    })

    test('a rule and its target, from put-rule to delete-rule', async () => {
      const name = unique('rule')
      const rule = ['--rule', name, ...ON_BUS]
      const named = ['--name', name, ...ON_BUS]
      const pattern = '{"source":["cli"]}'
      expect(await aws('events', 'put-rule', ...named, '--event-pattern', pattern)).toEqual({
        RuleArn: `${EVENTS}:rule/ensemble-dev/${name}`,
      })
      const target = 'Id=queue,Arn=arn:aws:sqs:us-east-1:000000000000:somebody'
      expect(await aws('events', 'put-targets', ...rule, '--targets', target)).toMatchObject({
        FailedEntryCount: 0,
      })
      expect(await run('events', 'delete-rule', ...named)).toEqual(
        refusal('ValidationException', 'DeleteRule', "Rule can't be deleted since it has targets."),
      )
      expect(await aws('events', 'describe-rule', ...named)).toMatchObject({ State: 'ENABLED', EventPattern: pattern })
      await aws('events', 'remove-targets', ...rule, '--ids', 'queue')
      await aws('events', 'delete-rule', ...named)
      const gone = `Rule ${name} does not exist on EventBus ensemble-dev.`
      expect(await run('events', 'describe-rule', ...named)).toEqual(
        refusal('ResourceNotFoundException', 'DescribeRule', gone),
      )
    })

    test('an archive and its replay', async () => {
      const name = unique('archive')
      const bus = `${EVENTS}:event-bus/ensemble-dev`
      const create = ['events', 'create-archive', '--archive-name', name, '--event-source-arn', bus] as const
      expect(await aws(...create)).toMatchObject({ State: 'ENABLED' })
      const [again] = await Promise.all([
        run(...create),
        aws(
          ...['events', 'start-replay', '--replay-name', name, '--event-source-arn', `${EVENTS}:archive/${name}`],
          ...['--event-start-time', '2026-01-01T00:00:00Z', '--event-end-time', '2026-01-02T00:00:00Z'],
          ...['--destination', `Arn=${bus}`],
        ),
      ])
      expect(again).toEqual(
        refusal('ResourceAlreadyExistsException', 'CreateArchive', `Archive ${name} already exists.`),
      )
      await until(async () =>
        expect(await aws('events', 'describe-replay', '--replay-name', name)).toMatchObject({
          State: 'COMPLETED',
          EventStartTime: expect.stringMatching(/^2026-01-01T00:00:00/),
        }),
      )
      await aws('events', 'delete-archive', '--archive-name', name)
    })
  })

  test('schemas: list, describe, search, export', async () => {
    const of = ['--registry-name', 'ensemble-dev'] as const
    const schema = ['--schema-name', 'ensemble.registrations@EmailVerified'] as const
    const [listed, described, found] = await Promise.all([
      aws('schemas', 'list-schemas', ...of, '--query', 'Schemas[].SchemaName'),
      aws('schemas', 'describe-schema', ...of, ...schema, '--query', 'SchemaVersion'),
      aws('schemas', 'search-schemas', ...of, '--keywords', 'expiresAt', '--query', 'Schemas[].SchemaName'),
      aws('schemas', 'export-schema', ...of, ...schema, '--type', 'JSONSchemaDraft4'),
    ])
    expect(listed).toContain('ensemble.registrations@EmailVerified')
    expect(described).toBe('1')
    expect(found).toContain('ensemble.registrations@RegistrationRequested')
  })

  test('lambda invoke answers in a file, with the end of the log', async () => {
    const payload = file('request.json', '{"headers":{}}')
    const [invoked, missing] = await Promise.all([
      aws(
        ...['lambda', 'invoke', '--function-name', 'ensemble-dev-health', '--log-type', 'Tail'],
        ...['--payload', `fileb://${payload}`, pathOf('answer.json')],
      ),
      run('lambda', 'invoke', '--function-name', 'nobody', pathOf('never.json')),
    ])
    expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', LogResult: expect.any(String) })
    expect(JSON.parse(readFileSync(pathOf('answer.json'), 'utf8'))).toMatchObject({ statusCode: 200 })
    const nobody = 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody'
    expect(missing).toEqual(refusal('ResourceNotFoundException', 'Invoke', nobody))
  })

  test('lambda list-functions and list-event-source-mappings, page by page', async () => {
    const [functions, mappings] = await Promise.all([
      aws('lambda', 'list-functions', '--page-size', '2', '--query', 'Functions[].FunctionName'),
      aws('lambda', 'list-event-source-mappings', '--page-size', '1', '--query', 'EventSourceMappings[].State'),
    ])
    expect(functions).toEqual(expect.arrayContaining(['ensemble-dev-health', 'ensemble-dev-notify-owner']))
    expect(new Set(z.array(z.string()).parse(mappings))).toEqual(new Set(['Enabled']))
  })

  test('dynamodb put-item, query, transact-write-items, scan', async () => {
    const id = randomUUID()
    const table = ['--table-name', 'ensemble-dev-registrations'] as const
    const key = JSON.stringify({ registrationId: { S: id } })
    await aws('dynamodb', 'put-item', ...table, '--item', key)
    const once = '--condition-expression=attribute_not_exists(registrationId)'
    const write = { TableName: table[1], Item: { registrationId: { S: `${id}-2` } } }
    const [got, refused] = await Promise.all([
      aws(
        ...['dynamodb', 'query', ...table, '--key-condition-expression', 'registrationId = :id'],
        ...['--expression-attribute-values', JSON.stringify({ ':id': { S: id } })],
      ),
      run('dynamodb', 'put-item', ...table, '--item', key, once),
      aws('dynamodb', 'transact-write-items', '--transact-items', JSON.stringify([{ Put: write }])),
      aws('dynamodb', 'wait', 'table-exists', ...table),
    ])
    expect(got).toMatchObject({ Count: 1, Items: [{ registrationId: { S: id } }] })
    expect(refused).toEqual(refusal('ConditionalCheckFailedException', 'PutItem', 'The conditional request failed'))
    const ids = await aws('dynamodb', 'scan', ...table, '--page-size', '1', '--query', 'Items[].registrationId.S')
    expect(ids).toEqual(expect.arrayContaining([id, `${id}-2`]))
  })

  test('ses send-email, send-raw-email and sesv2 send-email are in the inbox', async () => {
    const to = newEmail()
    const raw = file('raw.json', JSON.stringify({ Data: `From: me@example.com\nTo: ${to}\nSubject: Raw\n\nText` }))
    const simple = { Subject: { Data: 'Newer' }, Body: { Text: { Data: 'Text' } } }
    await Promise.all([
      aws('ses', 'send-email', '--from', 'me@example.com', '--to', to, '--subject', 'Plain', '--text', 'Text'),
      aws('ses', 'send-raw-email', '--cli-binary-format', 'raw-in-base64-out', '--raw-message', `file://${raw}`),
      aws(
        ...['sesv2', 'send-email', '--from-email-address', 'me@example.com', '--destination', `ToAddresses=${to}`],
        ...['--content', JSON.stringify({ Simple: simple })],
      ),
    ])
    const mails = await cloud.emails(to)
    expect(mails.map(({ subject, text }) => `${subject}: ${text}`).sort()).toEqual([
      'Newer: Text',
      'Plain: Text',
      'Raw: Text',
    ])
  })

  test('logs tail and filter-log-events show what a function wrote', async () => {
    const email = newEmail()
    await register(cloud, email)
    await verificationMail(cloud, email)
    const group = '/aws/lambda/ensemble-dev-send-verification'
    await until(async () => expect((await run('logs', 'tail', group)).stdout).toContain('"message":"consumed"'))
    const filtered = await aws(
      ...['logs', 'filter-log-events', '--log-group-name', group],
      ...['--filter-pattern', '{ $.outcome = "processed" }', '--query', 'events[].message'],
    )
    expect(String(filtered)).toContain('"outcome":"processed"')
    expect(await run('logs', 'tail', 'nothing')).toMatchObject({
      stderr: expect.stringContaining('The specified log group does not exist.'),
    })
  })

  test('s3: a folder and a large file, there and back', async () => {
    const bucket = `s3://${unique('bucket')}`
    const large = randomBytes(9 * 1024 * 1024)
    mkdirSync(pathOf('tree/inner'), { recursive: true })
    file('tree/one.txt', 'one')
    file('tree/inner/ü & <b>+.txt', '')
    expect(await run('s3', 'mb', bucket)).toMatchObject({ code: 0 })
    await Promise.all([
      run('s3', 'cp', file('large.bin', large), `${bucket}/large.bin`),
      run('s3', 'sync', pathOf('tree'), `${bucket}/tree`),
    ])
    const [listed, link] = await Promise.all([
      run('s3', 'ls', '--recursive', bucket),
      run('s3', 'presign', `${bucket}/tree/one.txt`),
      run('s3', 'cp', `${bucket}/large.bin`, pathOf('back.bin')),
      run('s3', 'sync', `${bucket}/tree`, pathOf('back')),
      run('s3', 'cp', `${bucket}/large.bin`, `${bucket}/copy.bin`),
    ])
    for (const line of [`${large.length} large.bin`, '0 tree/inner/ü & <b>+.txt', '3 tree/one.txt'])
      expect(listed.stdout).toMatch(new RegExp(` ${RegExp.escape(line)}$`, 'm'))
    expect(readFileSync(pathOf('back.bin')).equals(large)).toBe(true)
    expect(readFileSync(pathOf('back/inner/ü & <b>+.txt'), 'utf8')).toBe('')
    expect(await (await fetch(link.stdout.trim())).text()).toBe('one')
    expect(await run('s3', 'rb', bucket)).toMatchObject({ stderr: expect.stringContaining('BucketNotEmpty') })
    const removed = await run('s3', 'rb', '--force', bucket)
    expect(removed.stdout).toMatch(/delete: .*copy\.bin/)
    expect(removed.stdout).toMatch(/^remove_bucket: /m)
  })

  test('sqs: a queue, its messages, one by one and in a batch', async () => {
    const created = await aws('sqs', 'create-queue', '--queue-name', unique('queue'))
    const { QueueUrl } = z.object({ QueueUrl: z.string() }).parse(created)
    const queue = ['--queue-url', QueueUrl] as const
    const entries = ['b', 'c'].map((body) => ({ Id: body, MessageBody: body }))
    await Promise.all([
      aws('sqs', 'send-message', ...queue, '--message-body', 'a & é'),
      aws('sqs', 'send-message-batch', ...queue, '--entries', JSON.stringify(entries)),
    ])
    const received = await aws('sqs', 'receive-message', ...queue, '--max-number-of-messages', '10')
    const { Messages } = z
      .object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })) })
      .parse(received)
    expect(Messages.map(({ Body }) => Body).sort()).toEqual(['a & é', 'b', 'c'])
    await aws('sqs', 'delete-message', ...queue, '--receipt-handle', Messages[0]?.ReceiptHandle ?? '')
    const counted = '--attribute-names=ApproximateNumberOfMessagesNotVisible'
    expect(await aws('sqs', 'get-queue-attributes', ...queue, counted)).toEqual({
      Attributes: { ApproximateNumberOfMessagesNotVisible: '2' },
    })
    await aws('sqs', 'delete-queue', ...queue)
    expect(await run('sqs', 'receive-message', ...queue)).toEqual(
      refusal('AWS.SimpleQueueService.NonExistentQueue', 'ReceiveMessage', 'The specified queue does not exist.'),
    )
  })

  test('secretsmanager and cloudformation, read', async () => {
    const [secret, outputs, functions] = await Promise.all([
      aws('secretsmanager', 'get-secret-value', '--secret-id', 'ensemble-dev-link-key', '--query', 'SecretString'),
      aws('cloudformation', 'describe-stacks', '--stack-name', 'ensemble-dev', '--query', 'Stacks[0].Outputs'),
      aws(
        ...['cloudformation', 'list-stack-resources', '--stack-name', 'ensemble-dev-notify-owner', '--query'],
        "StackResourceSummaries[?ResourceType=='AWS::Lambda::Function'].PhysicalResourceId",
      ),
    ])
    expect(secret).toEqual(expect.any(String))
    expect(outputs).toContainEqual({ OutputKey: 'BusName', OutputValue: 'ensemble-dev' })
    expect(functions).toEqual(['ensemble-dev-notify-owner'])
  })
})
