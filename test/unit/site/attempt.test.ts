import { expect, test } from 'vitest'
import { attemptWith } from '../../../producers/site/registration/attempt.ts'

const ada = { name: 'Ada', email: 'ada@example.com' }

test('the same form sent again keeps its key, so that it registers once', () => {
  const first = attemptWith(ada, undefined)
  expect(attemptWith({ ...ada }, first)).toBe(first)
})

test.each([{ name: 'Ada L.' }, { email: 'ada@example.org' }])(
  'a form with a changed %o is a new registration',
  (change) => {
    const first = attemptWith(ada, undefined)
    const second = attemptWith({ ...ada, ...change }, first)
    expect(second.form).toEqual({ ...ada, ...change })
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey)
  },
)
