import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { describeLetter, describeLetters, explain } from '../../../infra/commands/dead-letters.ts'
import { namesOf } from '../../../infra/names.ts'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { clientConfig } from '../../support/client-config.ts'

const aws = await startAwsEndpoint()
beforeEach(aws.reset)
afterAll(aws.close)

const logs = new CloudWatchLogsClient({ ...clientConfig(aws.url), maxAttempts: 1 })
const names = namesOf('test')
const queue = (kind: 'failed' | 'undelivered' | 'stream') => ({ owner: 'ring', kind, name: `ring-${kind}`, url: 'u' })
const message = (messageId: string, attributes: Readonly<Record<string, string>> = {}, body: object = {}) => ({
  messageId,
  receiptHandle: '',
  body: JSON.stringify({ 'detail-type': 'Rang', detail: { metadata: { eventId: `e-${messageId}` } }, ...body }),
  sentAt: Date.parse('2026-01-01T00:00:00Z'),
  attributes,
})
const retried = (messageId: string, error: string) => ({
  timestamp: 1,
  message: JSON.stringify({
    message: 'consumed',
    outcome: 'retrying',
    messageId,
    error: { name: 'Error', message: error },
  }),
})
const log = (...events: readonly object[]) => aws.answer('FilterLogEvents', () => ({ body: { events } }))
const reasons = async (...given: Parameters<typeof explain>) =>
  (await explain(...given)).map(({ why, attempts }) => ({ why, attempts }))

test('what SQS moved has the last reason in the log, and as many attempts as there are lines', async () => {
  log(retried('m1', 'busy'), retried('m2', 'elsewhere'), retried('m1', 'gone'))
  expect(await reasons(logs, names, queue('failed'), [message('m1'), message('m3')])).toEqual([
    { why: 'Error: gone', attempts: 2 },
    { why: 'unknown: its function failed as a whole, by a crash, a timeout, or on purpose', attempts: undefined },
  ])
  const Query = z.looseObject({ logGroupName: z.string(), filterPattern: z.string(), startTime: z.number() })
  expect(aws.calls('FilterLogEvents').map((input) => Query.parse(input))).toEqual([
    {
      logGroupName: '/aws/lambda/ensemble-test-ring',
      filterPattern: '{ $.message = "consumed" && $.outcome = "retrying" }',
      startTime: Date.parse('2025-12-31T23:59:00Z'),
    },
  ])
})

test('the log goes before what was written on a message when it was dead for the first time', async () => {
  log(retried('m1', 'gone'))
  const attributes = { ERROR_CODE: 'UnprocessableEvent', ERROR_MESSAGE: 'data: invalid' }
  expect(await reasons(logs, names, queue('failed'), [message('m1', attributes), message('m2', attributes)])).toEqual([
    { why: 'Error: gone', attempts: 1 },
    { why: 'UnprocessableEvent: data: invalid', attempts: 1 },
  ])
})

test('a consumer without a log has given no reason', async () => {
  aws.answer('FilterLogEvents', () => ({ status: 400, body: { __type: 'ResourceNotFoundException', message: 'none' } }))
  expect(await reasons(logs, names, queue('failed'), [message('m1')])).toMatchObject([{ attempts: undefined }])
})

test('what EventBridge and streams gave up on says so itself', async () => {
  const attributes = { ERROR_CODE: 'THROTTLING', ERROR_MESSAGE: 'Slow down', RETRY_ATTEMPTS: '185' }
  expect(await reasons(logs, names, queue('undelivered'), [message('m1', attributes)])).toEqual([
    { why: 'THROTTLING: Slow down', attempts: 186 },
  ])
  const notice = { requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 3 } }
  expect(await reasons(logs, names, queue('stream'), [message('m1', {}, notice)])).toEqual([
    { why: 'RecordAgeExceeded', attempts: 3 },
  ])
  expect(aws.calls('FilterLogEvents')).toEqual([])
})

test('nothing is asked about nothing', async () => {
  expect(await explain(logs, names, queue('failed'), [])).toEqual([])
  expect(aws.calls('FilterLogEvents')).toEqual([])
})

test('a list has a row for each event and reason, with the first and the last time', async () => {
  log(retried('m1', 'gone'), retried('m2', 'gone'))
  const later = { ...message('m2'), sentAt: Date.parse('2026-01-02T00:00:00Z') }
  const text = describeLetters(await explain(logs, names, queue('failed'), [message('m1'), later, message('m3')]))
  expect(text.split('\n').slice(1)).toEqual([
    '  ring             2  Rang   2026-01-01T00:00:00Z  2026-01-02T00:00:00Z  Error: gone',
    '  ring             1  Rang   2026-01-01T00:00:00Z  2026-01-01T00:00:00Z  unknown: its function failed as a whole, by a crash, a timeout, or on purpose',
    '',
  ])
})

test('one that is no event at all can be shown', async () => {
  log()
  const broken = { ...message('m1'), body: 'hello' }
  const [letter] = await explain(logs, names, queue('failed'), [broken])
  expect(letter && describeLetter(letter, true)).toMatch(/^m1\n {2}event {5}not an event\n.*\nhello\n$/s)
})
