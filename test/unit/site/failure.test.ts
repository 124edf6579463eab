import { afterEach, expect, test, vi } from 'vitest'
import { failureOf, inWords, troubleOf } from '../../../producers/site/api/failure.ts'

const problem = (status: number, more: object = {}) => ({
  type: 'about:blank',
  title: 'Oh',
  status,
  detail: 'The reason',
  ...more,
})

afterEach(() => vi.unstubAllGlobals())

test('wrong fields', () => {
  const errors = [{ path: 'email', message: 'Required' }]
  const answer = { status: 400, body: problem(400, { errors }) }
  expect(failureOf(answer, ['email'])).toEqual({ errors: { email: 'Required' } })
})

test('a problem that is about no field is told in its own words', () => {
  const errors = [{ path: 'Idempotency-Key', message: 'Bad' }]
  const answer = { status: 400, body: problem(400, { errors }) }
  expect(failureOf(answer, ['email'])).toEqual({ trouble: { title: 'That did not work', text: 'The reason.' } })
})

test('why the server failed is not told', () => {
  expect(troubleOf({ status: 500, body: problem(500) }).text).toBe('Please try again.')
  expect(troubleOf({ status: 502 }).text).toBe('Please try again.')
})

test('an answer that should be a success and is not ours is none', () => {
  expect(failureOf({ status: 202, body: '<html>' }, [])).toMatchObject({ trouble: { title: 'That did not work' } })
})

test.each([
  ['Too many attempts', 429, '720'],
  ['We are busy right now', 429, undefined],
  ['We are busy right now', 503, '5'],
  ['We are busy right now', 503, undefined],
])('%s: %i with retry-after %s', (title, status, retryAfter) => {
  expect(troubleOf({ status, retryAfter })).toEqual({ title, text: `Please try again ${inWords(retryAfter)}.` })
})

test.each([
  ['1', 'in a second'],
  ['5', 'in 5 seconds'],
  ['90', 'in 90 seconds'],
  ['91', 'in 2 minutes'],
  ['3600', 'in 60 minutes'],
  ['7200', 'in 2 hours'],
  ['0', 'in a moment'],
  ['-3', 'in a moment'],
  ['', 'in a moment'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'in a moment'],
])('retry-after %o: %s', (retryAfter, words) => {
  expect(inWords(retryAfter)).toBe(words)
})

test.each([
  [false, 'You are offline'],
  [true, 'We could not reach the server'],
])('no answer while onLine is %s: %s', (onLine, title) => {
  vi.stubGlobal('navigator', { onLine })
  expect(troubleOf({ status: 0 })).toMatchObject({ title })
})
