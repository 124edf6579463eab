import { describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { startJobs } from './console-operate.ts'
import { put } from './eventbridge-bus.ts'
import { handler } from './functions.ts'

/** Fails for an event whose detail says `bad`. */
const JOB = handler(`
  const failed = event.Records.filter(({ body }) => JSON.parse(body).detail.bad)
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }`)
const THROWS = handler('throw new TypeError("never")')

type Jobs = Awaited<ReturnType<typeof startJobs>>
const work = async ({ get }: Jobs) => (await get('consumers')).find(({ name }: { name: string }) => name === 'work')

describe('consumers', () => {
  test('each is told with its queue, its function and how its deliveries fare', async () => {
    const jobs = await startJobs(JOB)
    await jobs.rule('curious', { Arn: jobs.arnOf('curious') })
    await put(jobs.client)
    await put(jobs.client)
    await until(async () =>
      expect(await jobs.get('consumers')).toEqual([
        expect.objectContaining({
          name: 'curious',
          source: 'queue curious',
          queue: { waiting: 2, inProgress: 0, delayed: 0, oldestSentAt: expect.any(Number) },
          lately: expect.objectContaining({ processed: 2 }),
        }),
        {
          id: 'arn:aws:events:us-east-1:000000000000:rule/work queue',
          name: 'work',
          rule: 'work',
          bus: 'default',
          isEnabled: true,
          events: ['Tested'],
          pattern: '{"source":["test"],"detail-type":["Tested"]}',
          source: 'queue jobs',
          queue: { waiting: 0, inProgress: 0, delayed: 0 },
          reader: { id: expect.any(String), state: 'Enabled' },
          function: 'job',
          deadLetters: 0,
          lately: expect.objectContaining({ pending: 0, processed: 2, dead: 0, averageMs: expect.any(Number) }),
        },
      ]),
    )
  })

  test('paused, its events wait and are in flight; resumed, they are processed', async () => {
    const jobs = await startJobs(JOB)
    const { reader } = await work(jobs)
    expect(await jobs.post(`event-sources/${reader.id}`, { enabled: false })).toEqual({ state: 'Disabling' })
    await put(jobs.client)
    await until(async () =>
      expect(await work(jobs)).toMatchObject({ reader: { state: 'Disabled' }, queue: { waiting: 1 } }),
    )
    expect(jobs.eventBridge.inFlight()).toBe(1)
    await jobs.post(`event-sources/${reader.id}`, { enabled: true })
    await until(() => expect(jobs.eventBridge.inFlight()).toBe(0))
    expect(await work(jobs)).toMatchObject({ reader: { state: 'Enabled' }, lately: { processed: 1 } })
  })

  test('what cannot be paused is said', async () => {
    const { postTo } = await startJobs(JOB)
    const to = (id: string, body: object) => postTo(`/_console/api/event-sources/${id}`, body)
    expect(await to('no-such-id', { enabled: true })).toMatchObject({ status: 404 })
    expect(await to('no-such-id', { enabled: 'yes' })).toMatchObject({ status: 400 })
  })
})

describe('dead letters', () => {
  test('an event that its consumer fails on purpose is retried, dead, redriven and processed', async () => {
    const jobs = await startJobs(JOB)
    expect(await jobs.post('functions/job/fault', { count: 'all' })).toBeUndefined()
    expect(await work(jobs)).toMatchObject({ fault: { count: 'all', point: 'before' } })
    const id = await put(jobs.client, { metadata: { correlationId: 'c-1' } })
    const dead = await until(async () => {
      const [queue] = await jobs.get('dead-letters')
      expect(queue.count).toBe(1)
      return queue
    })
    expect(dead).toEqual({
      name: 'jobs-dlq',
      feeds: [{ kind: 'failed', owner: 'work' }],
      count: 1,
      until: expect.any(Number),
      letters: [
        {
          messageId: expect.any(String),
          sentAt: expect.any(Number),
          event: 'Tested',
          eventId: id,
          correlationId: 'c-1',
          why: 'FailedOnPurpose: Failed on purpose before the work was begun',
          attempts: 2,
          redriveTo: 'jobs',
        },
      ],
    })
    const [{ messageId }] = dead.letters
    expect(await jobs.get(`dead-letters/jobs-dlq/${messageId}`)).toMatchObject({
      body: { id, detail: { metadata: { correlationId: 'c-1' } } },
    })
    expect(await work(jobs)).toMatchObject({ deadLetters: 1, lately: { dead: 1 } })

    await jobs.post('functions/job/fault', { count: 0 })
    expect(await work(jobs)).not.toHaveProperty('fault')
    expect(await jobs.post('dead-letters/jobs-dlq/redrive', { messageId })).toEqual({ count: 1 })
    await until(async () => expect(await work(jobs)).toMatchObject({ deadLetters: 0, lately: { processed: 1 } }))
  })

  test('of what was not delivered the reason is on it, and its own target gets it again', async () => {
    const { sqs, arnOf, get, post } = await startJobs(JOB)
    sqs.send(arnOf('jobs-undelivered'), '{"id":"e1","detail-type":"Tested","detail":{}}', {
      TARGET_ARN: arnOf('jobs'),
      ERROR_CODE: 'NO_RESOURCE',
      ERROR_MESSAGE: 'It is gone',
      RETRY_ATTEMPTS: '3',
    })
    const [, undelivered] = await get('dead-letters')
    expect(undelivered).toMatchObject({
      name: 'jobs-undelivered',
      feeds: [{ kind: 'undelivered', owner: 'work' }],
      letters: [{ event: 'Tested', eventId: 'e1', why: 'NO_RESOURCE: It is gone', attempts: 4, redriveTo: 'jobs' }],
    })
    expect(await post('dead-letters/jobs-undelivered/redrive', { until: Date.now() })).toEqual({ count: 1 })
    expect((await get('dead-letters'))[1].count).toBe(0)
  })

  test('one is dropped, or all that were seen, and nothing that came since', async () => {
    const { sqs, arnOf, get, post } = await startJobs(JOB)
    const { messageId } = sqs.send(arnOf('jobs-dlq'), 'not an event')
    sqs.send(arnOf('jobs-dlq'), '{"requestContext":{"condition":"RecordAgeExceeded","approximateInvokeCount":7}}')
    const [{ letters }] = await get('dead-letters')
    expect(letters).toMatchObject([
      { event: 'not an event', why: 'Nobody has written down why' },
      { event: 'changes of a table', why: 'RecordAgeExceeded', attempts: 7 },
    ])
    expect(await post('dead-letters/jobs-dlq/drop', { messageId })).toEqual({ count: 1 })
    expect(await post('dead-letters/jobs-dlq/drop', { messageId })).toEqual({ count: 0 })
    expect(await post('dead-letters/jobs-dlq/drop', { until: letters[1].sentAt - 1 })).toEqual({ count: 0 })
    expect(await post('dead-letters/jobs-dlq/drop', { until: letters[1].sentAt })).toEqual({ count: 1 })
  })

  test.each([
    ['nowhere/drop', { until: 1 }, 404],
    ['jobs-dlq/drop', {}, 400],
    ['jobs-dlq/redrive', { until: 'now' }, 400],
  ])('%s of %j is refused', async (path, body, status) => {
    const { postTo } = await startJobs(JOB)
    expect(await postTo(`/_console/api/dead-letters/${path}`, body)).toMatchObject({ status })
  })
})

describe('functions', () => {
  test('each is told with what it is given, secrets left out, and how it is', async () => {
    const { get, lambda } = await startJobs(JOB)
    await lambda.invoke('job', '{"Records":[]}')
    await lambda.invoke('job', '{}')
    const { functions, latelyMinutes } = await get('functions')
    expect(latelyMinutes).toBe(10)
    expect(functions).toMatchObject([
      { name: 'job', timeoutSeconds: 1, memoryMb: 128, alive: 1, running: 0, lately: { invocations: 2, errors: 1 } },
    ])
    const variables = new Map(
      functions[0].variables.map((each: { name: string; value: string | null }) => [each.name, each.value]),
    )
    expect(['GREETING', 'API_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'].map((name) => variables.get(name))).toEqual(
      ['hello', null, null, 'us-east-1'],
    )
  })

  test('is invoked by hand, and says what it answered or why it failed', async () => {
    const jobs = await startJobs(handler('console.log("ran"); return { got: event }'))
    expect(await jobs.post('functions/job/invoke', { payload: { n: 1 } })).toEqual({
      answer: { got: { n: 1 } },
      log: ['ran'],
      ms: expect.any(Number),
    })
    const broken = await startJobs(THROWS)
    expect(await broken.post('functions/job/invoke', { payload: [] })).toMatchObject({
      answer: { errorType: 'TypeError', errorMessage: 'never' },
      error: 'Unhandled',
    })
    expect(await broken.postTo('/_console/api/functions/nobody/invoke', { payload: 1 })).toMatchObject({ status: 404 })
    expect(await broken.postTo('/_console/api/functions/job/invoke', {})).toMatchObject({ status: 400 })
  })

  test('its log is told newest first, by text, level and correlation id', async () => {
    const { get, logs } = await startJobs(JOB)
    const line = (level: string, message: string, correlation_id: string) =>
      JSON.stringify({ level, message, correlation_id, extra: 1 })
    logs.append('/aws/lambda/job', 'stream', ['plain', line('INFO', 'one', 'c-1'), line('ERROR', 'two', 'c-2')])
    const all = await get('functions/job/log')
    expect(all).toMatchObject([
      { text: 'two', level: 'ERROR', correlationId: 'c-2', fields: { extra: 1 } },
      { text: 'one', level: 'INFO', correlationId: 'c-1' },
      { text: 'plain' },
    ])
    const texts = async (query: string) =>
      (await get(`functions/job/log?${query}`)).map(({ text }: { text: string }) => text)
    expect(await texts('level=WARN')).toEqual(['two'])
    expect(await texts('level=INFO')).toEqual(['two', 'one'])
    expect(await texts('text=PLAIN')).toEqual(['plain'])
    expect(await texts('correlationId=c-1')).toEqual(['one'])
    expect(await texts('limit=1')).toEqual(['two'])
  })
})
