import { expect, test } from 'vitest'
import { attemptWith } from '../../../producers/site/api/attempt.ts'

const ada = { name: 'Ada', email: 'ada@example.com' }

test('the same form sent again keeps its key, so that it has one effect', () => {
  const first = attemptWith(ada, undefined)
  expect(attemptWith({ ...ada }, first)).toBe(first)
})

test.each([{ name: 'Ada L.' }, { email: 'ada@example.org' }])('a form with a changed %o is another', (change) => {
  const first = attemptWith(ada, undefined)
  expect(attemptWith({ ...ada, ...change }, first).idempotencyKey).not.toBe(first.idempotencyKey)
})
