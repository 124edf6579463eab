import { expect, onTestFinished, test } from 'vitest'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const [JOBS, DEAD] = [arnOf('jobs'), arnOf('jobs-dlq')]

/** One life of the queues `jobs` and `jobs-dlq`. */
async function start(stateDir = temporaryFolder()) {
  const context = cloudContext(stateDir)
  const fauxqs = createFauxqs(context)
  const sqs = createSqs(context, fauxqs)
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await sqs.stop?.()
    await fauxqs.close()
  }
  onTestFinished(stop)
  await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs-dlq' })
  await provision(sqs, 'AWS::SQS::Queue', {
    QueueName: 'jobs',
    RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 2 },
  })
  return { ...sqs, stop }
}

const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body)

test('a queue tells how much waits, how much is in hand, and since when', async () => {
  const { desk, send, receive } = await start()
  expect(desk.depth(JOBS)).toEqual({ waiting: 0, inProgress: 0, delayed: 0, oldestSentAt: undefined })
  const before = Date.now()
  for (const body of ['a', 'b', 'c']) send(JOBS, body)
  receive(JOBS, 1)
  const { oldestSentAt = 0, ...depth } = desk.depth(JOBS)
  expect(depth).toEqual({ waiting: 2, inProgress: 1, delayed: 0 })
  expect(oldestSentAt).toBeGreaterThanOrEqual(before)
  expect(() => desk.depth(arnOf('nowhere'))).toThrow('does not exist')
})

test('messages are looked at without receiving them', async () => {
  const { desk, send, receive } = await start()
  send(JOBS, 'a', { WHY: 'because' })
  send(JOBS, 'b')
  for (const _ of [1, 2])
    expect(desk.messages(JOBS, 1)).toMatchObject([{ body: 'a', receiveCount: 0, attributes: { WHY: 'because' } }])
  expect(receive(JOBS, 10)).toMatchObject([{ receiveCount: 1 }, { receiveCount: 1 }])
  expect(bodies(desk.messages(JOBS, 10))).toEqual(['a', 'b'])
})

test('it is known whose dead letters a queue takes', async () => {
  const { desk } = await start()
  expect([...desk.deadLetterSources()]).toEqual([[DEAD, [JOBS]]])
})

test('chosen messages are moved, the others stay, and both are so after a restart', async () => {
  const stateDir = temporaryFolder()
  const { desk, send, stop } = await start(stateDir)
  const { messageId } = send(DEAD, 'repaired', { WHY: 'because' })
  send(DEAD, 'broken')
  expect(desk.move(DEAD, JOBS, new Set([messageId, 'no such id']))).toBe(1)
  expect(bodies(desk.messages(DEAD, 10))).toEqual(['broken'])
  await stop()
  const again = await start(stateDir)
  expect(bodies(again.desk.messages(DEAD, 10))).toEqual(['broken'])
  expect(again.receive(JOBS, 10)).toMatchObject([
    { body: 'repaired', receiveCount: 1, messageAttributes: { WHY: { StringValue: 'because' } } },
  ])
})

test('chosen messages are dropped for good, but nothing that somebody has in hand', async () => {
  const stateDir = temporaryFolder()
  const { desk, send, receive, stop } = await start(stateDir)
  const held = send(DEAD, 'held')
  receive(DEAD, 1)
  const { messageId } = send(DEAD, 'bad')
  send(DEAD, 'good')
  expect(desk.drop(DEAD, new Set([messageId, held.messageId]))).toBe(1)
  await stop()
  const again = await start(stateDir)
  expect(bodies(again.desk.messages(DEAD, 10)).toSorted()).toEqual(['good', 'held'])
})
