import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { describe, expect, test } from 'vitest'
import { provision, temporaryFolder } from './cloud-context.ts'
import { FUNCTION, JOBS, startSns, TOPIC } from './sns.ts'

describe('topics', () => {
  test('keep attributes and tags over a restart', async () => {
    const stateDir = temporaryFolder()
    const { client, addTopic, stop } = await startSns({ stateDir })
    expect(await addTopic()).toMatchObject({ TopicArn: TOPIC })
    await client.send(
      new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'DisplayName', AttributeValue: 'New' }),
    )
    const Tags = ['a', 'b'].map((Key) => ({ Key, Value: `${Key} & co` }))
    await client.send(new TagResourceCommand({ ResourceArn: TOPIC, Tags }))
    await client.send(new UntagResourceCommand({ ResourceArn: TOPIC, TagKeys: ['a'] }))
    await stop()

    const again = await startSns({ stateDir })
    expect(await again.client.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).toMatchObject({
      Attributes: { TopicArn: TOPIC, Owner: '000000000000', DisplayName: 'New', SubscriptionsConfirmed: '0' },
    })
    expect(await again.client.send(new ListTagsForResourceCommand({ ResourceArn: TOPIC }))).toMatchObject({
      Tags: [{ Key: 'b', Value: 'b & co' }],
    })
  })

  test('are created once, and not with other attributes', async () => {
    const { client, addTopic } = await startSns()
    expect(await addTopic()).toMatchObject({ TopicArn: TOPIC })
    expect(await client.send(new CreateTopicCommand({ Name: 'news' }))).toMatchObject({ TopicArn: TOPIC })
    await expect(
      client.send(new CreateTopicCommand({ Name: 'news', Attributes: { DisplayName: 'Old' } })),
    ).rejects.toMatchObject({
      message: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    })
    await expect(client.send(new CreateTopicCommand({ Name: 'the news' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Topic Name',
    })
  })

  test('are deleted with their subscriptions', async () => {
    const { client, addTopic, subscribe } = await startSns()
    await addTopic()
    const SubscriptionArn = await subscribe('sms', '+15551234567')
    await client.send(new DeleteTopicCommand({ TopicArn: TOPIC }))
    expect(await client.send(new ListTopicsCommand({}))).toMatchObject({ Topics: [] })
    await expect(client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).rejects.toMatchObject({
      name: 'NotFoundException',
    })
  })

  test('and subscriptions are listed in pages, each once', async () => {
    const { client, addTopic, subscribe } = await startSns()
    const names = Array.from({ length: 205 }, (_, index) => `${index % 2 ? 'Topic' : 'topic'}_${index}`)
    await Promise.all(names.map((Name) => client.send(new CreateTopicCommand({ Name }))))
    const found: string[] = []
    for await (const { Topics = [] } of paginateListTopics({ client }, {}))
      found.push(...Topics.map(({ TopicArn = '' }) => TopicArn.split(':')[5] ?? ''))
    expect(found.toSorted()).toEqual(names.toSorted())

    await addTopic()
    for (let index = 0; index < 101; index++) await subscribe('sms', `+1555${index}`)
    const sizes: number[] = []
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn: TOPIC }))
      sizes.push(Subscriptions.length)
    expect(sizes).toEqual([100, 1])
  })
})

describe('Subscribe', () => {
  test('is idempotent, the defaults going without saying', async () => {
    const { addQueue, addTopic, subscribe } = await startSns()
    await addQueue()
    await addTopic()
    const arn = await subscribe('sqs', JOBS, { RawMessageDelivery: 'True' })
    for (const attributes of [{ RawMessageDelivery: 'true' }, { FilterPolicyScope: 'MessageAttributes' }, {}])
      expect(await subscribe('sqs', JOBS, attributes)).toBe(arn)
    await expect(subscribe('sqs', JOBS, { RawMessageDelivery: 'false' })).rejects.toMatchObject({
      message: 'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    })
  })

  test.for<[string, string, string, Record<string, string>]>([
    ['Invalid parameter: Email address', 'email', 'ann', {}],
    ['Invalid parameter: Email address', 'email', 'ann@example.com\nBcc: eve@example.com', {}],
    ['Invalid SMS endpoint: +15--551234567', 'sms', '+15--551234567', {}],
    ['Invalid parameter: SQS endpoint ARN', 'sqs', `${JOBS}-of-nobody`, {}],
    ['Invalid parameter: Lambda endpoint ARN', 'lambda', 'job', {}],
    ['Invalid parameter: The protocol https is not supported locally', 'https', 'https://example.com/', {}],
    ['Invalid parameter: Amazon SNS does not support this protocol string: fax', 'fax', '1', {}],
    ['Invalid parameter: AttributeName', 'sms', '+15551234567', { Colour: 'red' }],
    [
      'Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [maybe]. Must be true or false.',
      'sms',
      '+15551234567',
      { RawMessageDelivery: 'maybe' },
    ],
    [
      'Invalid parameter: Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.',
      'lambda',
      FUNCTION,
      { RawMessageDelivery: 'true' },
    ],
    [
      'Invalid parameter: Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid arn',
      'sms',
      '+15551234567',
      { RedrivePolicy: '{"deadLetterTargetArn":"jobs"}' },
    ],
  ])('refuses: %s', async ([message, Protocol, Endpoint, Attributes]) => {
    const { addTopic, subscribe } = await startSns()
    await addTopic()
    await expect(subscribe(Protocol, Endpoint, Attributes)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    })
  })

  test.for<[string, object]>([
    ['FilterPolicy: Empty arrays are not allowed', { k: [] }],
    ['FilterPolicy: suffix match pattern must be a string', { k: [{ suffix: 100 }] }],
    ['FilterPolicy: Unrecognized match type wrong-operator', { k: [{ 'wrong-operator': true }] }],
    ['Filter policy scope MessageAttributes does not support nested filter policy', { k: { l: ['a'] } }],
    [
      'FilterPolicy: Filter policy can not have more than 5 keys',
      Object.fromEntries([...'abcdef'].map((k) => [k, ['v']])),
    ],
    ['FilterPolicy: Filter policy is too complex', { k: Array.from({ length: 151 }, (_, index) => `value ${index}`) }],
  ])('refuses a filter policy: %s', async ([message, policy]) => {
    const { addTopic, subscribe } = await startSns()
    await addTopic()
    await expect(subscribe('sms', '+15551234567', { FilterPolicy: JSON.stringify(policy) })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    })
  })

  test('counts the values of a nested filter policy by their levels', async () => {
    const { client, addTopic, subscribe } = await startSns()
    await addTopic()
    const SubscriptionArn = await subscribe('sms', '+15551234567', { FilterPolicyScope: 'MessageBody' })
    const set = (policy: object) =>
      client.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: 'FilterPolicy',
          AttributeValue: JSON.stringify(policy),
        }),
      )
    const three = ['one', 'two', 'three']
    await set({ a: { b: { c: three } }, d: { e: three } }) // 3 × 3 × 2 × 3 = 54
    await expect(set({ a: { b: { c: [...three, 'four'] } }, d: { e: three }, f: three })).rejects.toMatchObject({
      message: 'Invalid parameter: FilterPolicy: Filter policy is too complex',
    })
    expect(await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).toMatchObject({
      Attributes: { FilterPolicy: expect.stringContaining('"c"'), FilterPolicyScope: 'MessageBody' },
    })
  })

  test('needs a topic', async () => {
    const { client } = await startSns()
    const input = { TopicArn: TOPIC, Protocol: 'sms', Endpoint: '+15551234567' }
    await expect(client.send(new SubscribeCommand(input))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
    })
  })
})

describe('a template', () => {
  const topic = { TopicName: 'news', DisplayName: 'The News', KmsMasterKeyId: 'arn:aws:kms:us-east-1:0:key/1' }
  const subscription = { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'ann@example.com' }

  test('makes topics and subscriptions, and asks an address once', async () => {
    const stateDir = temporaryFolder()
    const start = async () => {
      const started = await startSns({ stateDir })
      expect(await provision(started.sns, 'AWS::SNS::Topic', topic)).toEqual({
        ref: TOPIC,
        attributes: { TopicArn: TOPIC, TopicName: 'news' },
      })
      const { ref } = await provision(started.sns, 'AWS::SNS::Subscription', {
        ...subscription,
        FilterPolicy: { kind: ['order'] },
      })
      await provision(started.sns, 'AWS::SNS::TopicPolicy', { Topics: [TOPIC], PolicyDocument: {} })
      await started.sns.start?.()
      return { ...started, ref }
    }
    const before = await start()
    expect(before.emails()).toMatchObject([{ from: 'The News <no-reply@sns.amazonaws.com>' }])
    await before.stop()
    const after = await start()
    expect(after.ref).toBe(before.ref)
    expect(after.emails()).toHaveLength(1)
    expect(await after.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: after.ref }))).toMatchObject(
      { Attributes: { PendingConfirmation: 'true', FilterPolicy: '{"kind":["order"]}' } },
    )
  })

  test('that no longer has a subscription ends it, and leaves those made by API', async () => {
    const stateDir = temporaryFolder()
    const before = await startSns({ stateDir })
    await provision(before.sns, 'AWS::SNS::Topic', topic)
    await provision(before.sns, 'AWS::SNS::Subscription', { ...subscription, Protocol: 'sms', Endpoint: '+15551' })
    await before.sns.start?.()
    await before.subscribe('sms', '+15552')
    await before.stop()

    const after = await startSns({ stateDir })
    await provision(after.sns, 'AWS::SNS::Topic', topic)
    await after.sns.start?.()
    await after.publish('Hello')
    expect(after.emails().map(({ to }) => to)).toEqual([['+15552']])
  })
})
