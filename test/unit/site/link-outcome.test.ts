import { expect, test } from 'vitest'
import { linkOutcomeOf } from '../../../producers/site/registration/link-outcome.ts'

const say = (msg: string) => linkOutcomeOf(`?${new URLSearchParams({ msg })}`)

test.each(['', '?', '?msg=', '?msg=%20', '?other=1'])('%o: confirmed', (search) => {
  expect(linkOutcomeOf(search)).toEqual({ kind: 'confirmed' })
})

test('a second click is good news', () => {
  const message = 'This address is already verified. There is nothing left to do.'
  expect(say(message)).toEqual({ kind: 'already', message })
})

test('any other message is a problem', () => {
  const message = 'This link has expired. Please register again.'
  expect(say(message)).toEqual({ kind: 'problem', message })
})

test('a message is not shown at length', () => {
  expect(say('x'.repeat(5_000))).toEqual({ kind: 'problem', message: 'x'.repeat(300) })
})
