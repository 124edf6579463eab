import {
  ConfirmSubscriptionCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './cloud-context.ts'
import { linkIn, startSns, TOPIC } from './sns.ts'

async function startWithTopic(setup: Parameters<typeof startSns>[0] = {}) {
  const started = await startSns(setup)
  await started.addTopic()
  return started
}

/** With `ann@example.com` subscribed and confirmed, and her confirmation mail forgotten. */
async function startWithSubscriber(attributes: Record<string, string> = {}) {
  const started = await startWithTopic()
  const arn = await started.subscribe('email', 'ann@example.com', attributes)
  const [confirmation] = started.emails()
  await started.open(linkIn(confirmation ?? { text: '' }))
  return { ...started, arn, mails: () => started.emails().slice(0, -1) }
}

describe('an e-mail subscription', () => {
  test('waits until the link in the confirmation mail is opened', async () => {
    const { client, subscribe, publish, emails, open } = await startWithTopic()
    const input = { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'ann@example.com' }
    expect(await client.send(new SubscribeCommand(input))).toMatchObject({ SubscriptionArn: 'pending confirmation' })
    await publish('too early')
    const [confirmation, ...others] = emails()
    expect(others).toEqual([])
    expect(confirmation).toMatchObject({
      to: ['ann@example.com'],
      from: 'The News <no-reply@sns.amazonaws.com>',
      subject: 'AWS Notification - Subscription Confirmation',
      html: expect.stringContaining('Confirm subscription</a>'),
    })
    expect(await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).toMatchObject({
      Subscriptions: [{ ...input, SubscriptionArn: 'PendingConfirmation', Owner: '000000000000' }],
    })

    const page = await open(linkIn(confirmation ?? { text: '' }))
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<h1>Subscription confirmed</h1>')

    const { Subscriptions } = await client.send(new ListSubscriptionsCommand({}))
    expect(Subscriptions?.[0]?.SubscriptionArn).toMatch(new RegExp(`^${TOPIC}:[0-9a-f-]{36}$`))
    expect(await subscribe('email', 'ann@example.com')).toBe(Subscriptions?.[0]?.SubscriptionArn)
    await publish('in time')
    expect(emails()).toHaveLength(2)
  })

  test('gets what is published, with a link that ends it', async () => {
    const { publish, mails, open } = await startWithSubscriber()
    await publish('1 < 2\n\n& so on', { Subject: 'Grüße' })
    await publish('no subject')
    const [second, first] = mails()
    expect(first).toMatchObject({
      to: ['ann@example.com'],
      from: 'The News <no-reply@sns.amazonaws.com>',
      subject: 'Grüße',
    })
    expect(first?.text).toMatch(/^1 < 2\n\n& so on\n/)
    expect(first?.html).toContain('1 &lt; 2\n\n&amp; so on')
    expect(second?.subject).toBe('AWS Notification Message')

    const page = await open(linkIn(first ?? { text: '' }))
    expect(await page.text()).toContain('<h1>Unsubscribed</h1>')
    await publish('nobody wants this')
    expect(mails()).toHaveLength(2)
  })

  test('is confirmed by the API too, and answers scripts in XML', async () => {
    const { client, subscribe, emails, open } = await startWithTopic()
    const SubscriptionArn = await subscribe('email', 'ann@example.com')
    const link = linkIn(emails()[0] ?? { text: '' })
    const Token = new URL(link).searchParams.get('Token') ?? ''
    expect(await client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }))).toMatchObject({
      SubscriptionArn,
    })
    expect(await (await open(link, '*/*')).text()).toContain(`<SubscriptionArn>${SubscriptionArn}</SubscriptionArn>`)
  })

  test.for([
    ['Invalid token', 'abc'],
    ['Invalid parameter: Token', 'a'.repeat(64)],
  ])('%s: a token that was made up', async ([message, Token]) => {
    const { client, open } = await startWithTopic()
    await expect(client.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    })
    const page = await open(`http://x/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${Token}`)
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('<h1>This link is not valid</h1>')
  })

  test('is asked again when it is made again, by a link that lasts two days', async () => {
    let now = Date.now()
    const { subscribe, emails, open } = await startWithTopic({ now: () => now })
    const arn = await subscribe('email', 'ann@example.com')
    const [old = { text: '' }] = emails()
    await subscribe('email', 'ann@example.com')
    expect(emails().map(linkIn)).toEqual([linkIn(old), linkIn(old)])
    now += 2 * 86_400_000 + 1
    expect((await open(linkIn(old))).status).toBe(400)
    expect(await subscribe('email', 'ann@example.com')).toBe(arn)
    const [fresh = { text: '' }] = emails()
    expect((await open(linkIn(fresh))).status).toBe(200)
  })

  test('as JSON', async () => {
    const { subscribe, publish, emails, open } = await startWithTopic()
    await subscribe('email-json', 'bot@example.com')
    await open(linkIn(emails()[0] ?? { text: '' }))
    await publish('{"a":1}', { Subject: 'S' })
    expect(JSON.parse(emails()[0]?.text ?? '')).toMatchObject({
      Type: 'Notification',
      TopicArn: TOPIC,
      Subject: 'S',
      Message: '{"a":1}',
    })
  })

  test('gets what its filter policy takes: message attributes', async () => {
    const { publish, mails } = await startWithSubscriber({
      FilterPolicy: JSON.stringify({ kind: ['order', { prefix: 'meet' }], amount: [{ numeric: ['>=', 10] }] }),
    })
    const attributes = (kind: string, amount: string) => ({
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: kind },
        amount: { DataType: 'Number', StringValue: amount },
      },
    })
    await publish('no attributes')
    await publish('another kind', attributes('profile', '12'))
    await publish('too little', attributes('order', '9.5'))
    await publish('right', attributes('meetup', '10'))
    expect(mails().map(({ text }) => text.split('\n')[0])).toEqual(['right'])
  })

  test('gets what its filter policy takes: message body', async () => {
    const { publish, mails } = await startWithSubscriber({
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: JSON.stringify({ detail: { items: { sku: ['A-1'] } } }),
    })
    await publish('not JSON')
    await publish('{"detail":{"items":[{"sku":"B-2"}]}}')
    await publish('{"detail":{"items":[{"sku":"B-2"},{"sku":"A-1"}]}}')
    expect(mails()).toHaveLength(1)
  })

  test('survives a SIGKILL, pending and confirmed', async () => {
    const stateDir = temporaryFolder()
    const before = await startWithTopic({ stateDir })
    await before.subscribe('email', 'ann@example.com')
    await before.open(linkIn(before.emails()[0] ?? { text: '' }))
    await before.subscribe('email', 'bob@example.com')
    const pending = linkIn(before.emails()[0] ?? { text: '' })
    await before.stop()

    const after = await startSns({ stateDir })
    await after.publish('one')
    expect((await after.open(pending)).status).toBe(200)
    await after.publish('two')
    const [two, also, one] = after.emails()
    expect([one?.to, two?.to, also?.to].flat().sort()).toEqual([
      'ann@example.com',
      'ann@example.com',
      'bob@example.com',
    ])
  })
})

describe('text messages', () => {
  test('to a phone number', async () => {
    const { client, emails } = await startSns()
    const MessageAttributes = { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: 'Ensemble' } }
    const input = { PhoneNumber: '+15551234567', Message: 'Your code is 1234', MessageAttributes }
    expect(await client.send(new PublishCommand(input))).toMatchObject({ MessageId: expect.any(String) })
    expect(emails({ to: '+15551234567' })).toMatchObject([
      { to: ['+15551234567'], from: 'Ensemble', subject: 'SMS', text: 'Your code is 1234', html: '' },
    ])
  })

  test.for(['+1a234', 'NAA+15551234567', '5551234', '+0123456', '+'])('%s is no phone number', async (PhoneNumber) => {
    const { client, emails } = await startSns()
    await expect(client.send(new PublishCommand({ PhoneNumber, Message: 'x' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Invalid parameter: PhoneNumber Reason: ${PhoneNumber} is not valid to publish to`,
    })
    expect(emails()).toEqual([])
  })

  test('to the subscribers of a topic, each protocol with its own text', async () => {
    const { subscribe, publish, emails } = await startWithTopic()
    await subscribe('sms', '+4915112345678')
    await publish(JSON.stringify({ default: 'A long story', sms: 'Short' }), { MessageStructure: 'json' })
    expect(emails()).toMatchObject([{ to: ['+4915112345678'], from: 'NOTICE', text: 'Short' }])
  })
})
