import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test, vi } from 'vitest'
import { addRule, put, QUEUE, recordingTarget, running, settled } from './eventbridge-bus.ts'

const entry = { Source: 'test', DetailType: 'Tested', Detail: '{}' }

describe('PutEvents', () => {
  test('delivers the envelope with its keys in order, and the id that it answered', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', {})
    const Time = new Date('2026-03-01T12:00:00.987Z')
    const EventId = await put(
      client,
      {},
      { Time, Detail: ' {"price": 3.10, "n": 12345678901234567890} ', Resources: ['r'] },
    )
    await settled(eventBridge)
    expect(target.sent).toHaveLength(1)
    expect(target.sent[0]).toMatchObject({ targetArn: QUEUE, event: { id: EventId } })
    expect(target.sent[0]?.payload).toBe(
      `{"version":"0","id":"${EventId}","detail-type":"Tested","source":"test","account":"000000000000",` +
        '"time":"2026-03-01T12:00:00Z","region":"us-east-1","resources":["r"],"detail":{"price": 3.10, "n": 12345678901234567890}}',
    )
  })

  test('takes the time of the call, cut to the second, and no resources, when none are given', async () => {
    const target = recordingTarget()
    const now = () => Date.parse('2026-01-02T03:04:05.999Z')
    const { client, eventBridge } = await running({ ...target, context: { now } })
    await addRule(client, 'all', {})
    await put(client)
    await settled(eventBridge)
    expect(target.bodies()).toMatchObject([{ time: '2026-01-02T03:04:05Z', resources: [] }])
  })

  test('refuses entries one by one, and takes the others', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', {})
    const invalid = (field: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
    })
    const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
    const { Entries, FailedEntryCount } = await client.send(
      new PutEventsCommand({
        Entries: [
          { DetailType: 'Tested', Detail: '{}' },
          { Source: 'test', Detail: '{}' },
          { Source: 'test', DetailType: 'Tested' },
          entry,
          { ...entry, Source: 'aws.ec2' },
          ...['{', '[1]', '"{}"', 'null', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`].map((Detail) => ({
            ...entry,
            Detail,
          })),
        ],
      }),
    )
    expect(FailedEntryCount).toBe(9)
    expect(Entries).toEqual([
      invalid('Source'),
      invalid('DetailType'),
      invalid('Detail'),
      { EventId: expect.stringMatching(/^[\da-f-]{36}$/) },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      ...Array.from({ length: 5 }, () => malformed),
    ])
    await settled(eventBridge)
    expect(target.sent).toHaveLength(1)
  })

  test('refuses at once what is malformed and long', async () => {
    const { client } = await running()
    const Detail = `"${'\\"'.repeat(100_000)}`
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }))
    expect(Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }])
  })

  test.each([
    [0, 'Member must have length greater than or equal to 1'],
    [11, 'Member must have length less than or equal to 10'],
  ])('refuses a call with %i entries', async (count, message) => {
    const { client } = await running()
    const call = client.send(new PutEventsCommand({ Entries: Array.from({ length: count }, () => entry) }))
    await expect(call).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) })
  })

  test('takes exactly 1 MiB of source, detail-type, detail, resources and time, and not a byte more', async () => {
    const { client } = await running()
    const others = Buffer.byteLength('testTested{"a":""}ü') + 14
    const call = (bytes: number) =>
      client.send(
        new PutEventsCommand({
          Entries: [
            {
              ...entry,
              Time: new Date(0),
              Resources: ['ü'],
              EventBusName: 'default',
              Detail: `{"a":"${'x'.repeat(bytes - others)}"}`,
            },
          ],
        }),
      )
    await expect(call(1_048_576)).resolves.toMatchObject({ FailedEntryCount: 0 })
    await expect(call(1_048_577)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    })
  })

  test('answers success for a bus that does not exist, and says so on the terminal', async () => {
    const warn = vi.fn()
    const { client, eventBridge } = await running({ context: { warn } })
    for (const EventBusName of ['nowhere', 'arn:aws:events:eu-west-1:000000000000:event-bus/default']) {
      expect(await put(client, {}, { EventBusName })).toMatch(/^[\da-f-]{36}$/)
    }
    expect(eventBridge.recent({})).toEqual([])
    expect(warn).toHaveBeenCalledTimes(2)
    expect(warn).toHaveBeenCalledWith('PutEvents: there is no event bus nowhere, so Tested is gone.')
  })

  test('takes a bus by its ARN, and succeeds though no rule matches', async () => {
    const { client, eventBridge } = await running()
    await put(client, {}, { EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/default' })
    expect(eventBridge.inFlight()).toBe(0)
    expect(eventBridge.recent({})).toMatchObject([{ name: 'Tested', deliveries: [] }])
  })

  test('hands on the trace of the entry, else that of the call', async () => {
    const target = recordingTarget()
    const { client, eventBridge } = await running(target)
    await addRule(client, 'all', {})
    const header = 'Root=1-63441c4a-abcdef012345678912345678'
    await put(client, {}, { TraceHeader: header })
    await put(client)
    await settled(eventBridge)
    expect(target.sent.map(({ event }) => event.traceId)).toEqual([header, undefined])
  })
})

describe('what a target is sent', () => {
  const detail = { name: 'Ada "L"', list: ['ACTIVE', 'INACTIVE'], object: { a: 'b' }, yes: true, none: null }
  const transformed = async (target: object): Promise<string> => {
    const recorded = recordingTarget()
    const { client, eventBridge } = await running(recorded)
    await client.send(new PutRuleCommand({ Name: 'all', EventPattern: '{"source":["test"]}' }))
    await client.send(new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: 't1', Arn: QUEUE, ...target }] }))
    await put(client, detail, { Time: new Date('2026-01-01T00:00:00Z') })
    await settled(eventBridge)
    return recorded.sent[0]?.payload ?? ''
  }
  const paths = {
    name: '$.detail.name',
    list: '$.detail.list',
    object: '$.detail.object',
    yes: '$.detail.yes',
    none: '$.detail.none',
    gone: '$.detail.gone',
  }

  test.each([
    ['a constant', { Input: '{"constant":1}' }, '{"constant":1}'],
    ['a part', { InputPath: '$.detail.list' }, '["ACTIVE","INACTIVE"]'],
    ['a text with its quotes', { InputPath: '$.detail-type' }, '"Tested"'],
    ['an element', { InputPath: "$['detail']['list'][1]" }, '"INACTIVE"'],
    [
      'values as JSON',
      {
        InputTransformer: {
          InputPathsMap: paths,
          InputTemplate: '{"l":<list>,"o":<object>,"y":<yes>,"n":<none>,"g":<gone>}',
        },
      },
      '{"l":["ACTIVE","INACTIVE"],"o":{"a":"b"},"y":true,"n":null,"g":""}',
    ],
    [
      'values in texts, unescaped and without quotes of their own',
      { InputTransformer: { InputPathsMap: paths, InputTemplate: '"<name> \\" <list> <object> <gone>."' } },
      '"Ada "L" \\" [ACTIVE,INACTIVE] {a:b} ."',
    ],
    [
      'names of the rule',
      { InputTransformer: { InputTemplate: '{"rule":<aws.events.rule-name>,"arn":"<aws.events.rule-arn>"}' } },
      '{"rule":"all","arn":"arn:aws:events:us-east-1:000000000000:rule/all"}',
    ],
  ])('can be %s', async (_, target, expected) => {
    expect(await transformed(target)).toBe(expected)
  })

  test('can be the whole event, with or without its detail, and when it came', async () => {
    const InputTemplate =
      '{"whole":<aws.events.event.json>,"head":<aws.events.event>,"at":<aws.events.event.ingestion-time>}'
    const { whole, head, at } = JSON.parse(await transformed({ InputTransformer: { InputTemplate } }))
    expect(whole).toMatchObject({ 'detail-type': 'Tested', detail })
    expect(head).toMatchObject({ detailType: 'Tested', source: 'test' })
    expect(head).not.toHaveProperty('detail')
    expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(15_000)
  })
})
