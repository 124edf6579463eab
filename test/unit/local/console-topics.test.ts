import { expect, onTestFinished, test } from 'vitest'
import { topicRoutes } from '../../../infra/local/console/routes/topics.ts'
import { startConsole } from '../../support/console.ts'
import { JOBS, linkIn, startSns, TOPIC } from './sns.ts'

const ANN = 'ann@example.com'

async function startTopics() {
  const topics = await startSns()
  const site = await startConsole(...topicRoutes({ sns: topics.sns, ses: topics }))
  onTestFinished(site.stop)
  await topics.addTopic()
  const publish = async (body: object, name = 'news') => {
    const answer = await site.post(`/_console/api/topics/${name}/publish`, body)
    return { status: answer.status, ...JSON.parse(answer.body) }
  }
  return {
    ...topics,
    publishByHand: publish,
    get: async (path = '') => {
      const { status, body } = await site.get(`/_console/api/topics${path}`)
      return { status, body: JSON.parse(body) }
    },
    /** Opens the newest mail's link. */
    confirm: async (to: string) => {
      const [mail] = topics.emails({ to, limit: 1 })
      await topics.open(mail ? linkIn(mail) : '')
    },
  }
}

test('topics are told with their subscriptions, those that are pending with the mail that asks', async () => {
  const { get, subscribe, emails, addQueue } = await startTopics()
  await addQueue()
  await subscribe('email', ANN, { FilterPolicy: '{"userId":["ann"]}' })
  await subscribe('sqs', JOBS, { RawMessageDelivery: 'true' })
  const summary = { arn: TOPIC, name: 'news', displayName: 'The News', confirmed: 1, pending: 1 }
  expect((await get()).body).toEqual([summary])
  const [mail] = emails({ to: ANN })
  expect((await get('/news')).body).toMatchObject({
    ...summary,
    found: 2,
    subscriptions: [
      {
        topic: 'news',
        protocol: 'email',
        endpoint: ANN,
        isConfirmed: false,
        filterPolicy: '{"userId":["ann"]}',
        filterPolicyScope: 'MessageAttributes',
        confirmationMailId: mail?.id,
      },
      { protocol: 'sqs', endpoint: JOBS, isConfirmed: true, isRaw: true },
    ],
  })
})

test('subscriptions are found by their endpoint and by what their filter says', async () => {
  const { get, subscribe } = await startTopics()
  await subscribe('email', ANN, { FilterPolicy: '{"userId":["user-1"]}' })
  await subscribe('email', 'bob@example.com')
  for (const search of ['ANN@', 'user-1'])
    expect((await get(`/news?search=${search}`)).body).toMatchObject({ found: 1, subscriptions: [{ endpoint: ANN }] })
  expect((await get('/news?search=eve')).body).toMatchObject({ found: 0, subscriptions: [], pending: 2 })
})

test('a message is published by hand, and it is told who got it', async () => {
  const { publishByHand, subscribe, confirm, emails } = await startTopics()
  await subscribe('email', ANN, { FilterPolicy: '{"userId":["ann"]}' })
  await confirm(ANN)
  await subscribe('email', 'bob@example.com')
  await subscribe('sms', '+15551234567')
  const draft = { subject: 'Hi', text: 'For Ann', attributes: [{ name: 'userId', type: 'String', value: 'ann' }] }
  expect(await publishByHand(draft)).toMatchObject({
    messageId: expect.any(String),
    taken: 2,
    takers: [
      { protocol: 'email', endpoint: ANN },
      { protocol: 'sms', endpoint: '+15551234567' },
    ],
    filtered: 0,
    pending: 1,
  })
  expect(emails({ to: ANN, limit: 1 })).toMatchObject([{ subject: 'Hi', text: expect.stringMatching(/^For Ann\n/) }])
  expect(await publishByHand({ text: 'For nobody' })).toMatchObject({ taken: 1, filtered: 1, pending: 1 })
})

test('what SNS would refuse is refused in its words', async () => {
  const { publishByHand, get } = await startTopics()
  const attribute = { name: 'n', type: 'Number', value: 'many' }
  expect(await publishByHand({ text: '' })).toMatchObject({ status: 400, detail: 'Invalid parameter: Empty message' })
  expect(await publishByHand({ text: 'x', attributes: [attribute] })).toMatchObject({
    status: 400,
    detail: "Could not cast message attribute 'n' value to number.",
  })
  expect(await publishByHand({ text: 'x' }, 'nothing')).toMatchObject({ status: 404, detail: 'Topic does not exist' })
  expect(await get('/nothing')).toMatchObject({ status: 404, body: { detail: 'Topic does not exist' } })
})
