import { describe, expect, test } from 'vitest'
import {
  correlationIdOf,
  describeTransitions,
  messageIn,
  tellingState,
  type Visit,
  waysGone,
} from '../../../infra/local/console/ui/model/execution.ts'
import { describeSchedule } from '../../../infra/local/console/ui/model/schedule.ts'

const visit = (state: string, different: Partial<Visit> = {}): Visit => ({
  state,
  scope: '',
  status: 'succeeded',
  enteredAt: 0,
  input: {},
  attempts: [],
  ...different,
})
const FAILED = visit('Charge', { status: 'caught', error: 'PaymentDeclined' })

test.each([
  ['where it went wrong', 'SUCCEEDED', [visit('Validate'), FAILED, visit('Refund')], 'Charge'],
  ['where it is', 'RUNNING', [FAILED, visit('Refund', { status: 'running' })], 'Refund'],
  ['where it ended', 'SUCCEEDED', [visit('Validate'), visit('Confirm')], 'Confirm'],
  ['nothing of one that has not begun', 'RUNNING', [], undefined],
] as const)('an execution shows first %s', (_, status, visits, state) => {
  expect(tellingState({ status, visits: [...visits] })).toBe(state)
})

test('the ways gone are those between states that follow each other in the same scope', () => {
  const visits = [visit('A'), visit('All'), visit('One', { scope: '/0' }), visit('Two', { scope: '/0' }), visit('B')]
  expect([...waysGone(visits)]).toEqual(['A All', 'All B', 'One Two'])
})

test.each([
  [[], 'Here it ends.'],
  [[{ to: 'B', on: 'next' }], 'then B'],
  [
    [
      { to: 'B', on: 'next' },
      { to: 'C', on: 'error', errors: ['Closed', 'Gone'] },
      { to: 'D', on: 'error', errors: ['States.ALL'] },
    ],
    'then B; on Closed or Gone to C; on any other error to D',
  ],
  [[{ to: 'D', on: 'error', errors: ['States.ALL'] }], 'then it ends; on any error to D'],
  [
    [
      { to: 'B', on: 'choice' },
      { to: 'C', on: 'choice' },
    ],
    'to B if so chosen; to C if so chosen',
  ],
] as const)('where a state leads is said in words: %j', (next, words) => {
  expect(
    describeTransitions(next.map((each) => ({ ...each, errors: 'errors' in each ? [...each.errors] : undefined }))),
  ).toBe(words)
})

test.each([
  ['{"errorType":"Declined","errorMessage":"The card was declined","trace":[]}', 'The card was declined'],
  ['No more', 'No more'],
  ['{"other":1}', '{"other":1}'],
  [undefined, undefined],
])('a cause %j says %j', (cause, message) => {
  expect(messageIn(cause)).toBe(message)
})

test('the chain is that of the event in the input, or of which the input is the detail', () => {
  const detail = { metadata: { correlationId: 'c-1' } }
  expect([detail, { detail }, { metadata: {} }, 'c-1', null].map((input) => correlationIdOf({ input }))).toEqual([
    'c-1',
    'c-1',
    undefined,
    undefined,
    undefined,
  ])
})

describe('a schedule is said in words:', () => {
  test.each([
    ['rate(1 hour)', 'every hour'],
    ['rate(5 minutes)', 'every 5 minutes'],
    ['cron(0 10 * * ? *)', 'at 10:00 UTC, every day'],
    ['cron(5 18 ? * MON-FRI *)', 'at 18:05 UTC, MON-FRI'],
    ['cron(0/15 * * * ? *)', 'every 15 minutes'],
    ['cron(* 8-17 ? * * *)', 'every minute of hour 8-17 UTC'],
    ['cron(0 8 L * ? 2030)', 'at 08:00 UTC, the last day of the month, in 2030'],
    ['cron(30 * 1 JAN ? *)', 'at minute 30, day 1 of the month, in month JAN'],
    ['at(2030-01-01T00:00:00)', 'at(2030-01-01T00:00:00)'],
  ])('%s', (expression, words) => {
    expect(describeSchedule(expression)).toBe(words)
  })
})
