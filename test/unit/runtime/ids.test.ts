import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { derivedId, newId } from '../../../infra/runtime/ids.ts'

const parts = fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 })

test('the same parts give the same id, other parts another', () => {
  fc.assert(
    fc.property(parts, parts, (some, others) => {
      const id = derivedId(...some)
      expect(z.uuid().safeParse(id).success).toBe(true)
      expect(derivedId(...some)).toBe(id)
      expect(derivedId(...others) === id).toBe(JSON.stringify(some) === JSON.stringify(others))
    }),
  )
})

test('where one part ends and the next begins matters', () => {
  expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'))
  expect(derivedId('a', '')).not.toBe(derivedId('a'))
})

test('ids stay what they have always been: stored records and archived events hold them', () => {
  expect(derivedId('RegistrationConfirmed', '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17')).toBe(
    '8356befe-cfce-5845-a166-4e240a2266a8',
  )
})

test('a new id follows from caller and Idempotency-Key, and is random without a key', () => {
  const id = newId('registration', 'somebody', 'key')
  expect(newId('registration', 'somebody', 'key')).toBe(id)
  for (const other of [
    newId('order', 'somebody', 'key'),
    newId('registration', 'ada', 'key'),
    newId('registration', 'somebody', 'yek'),
    newId('registration', 'somebody', undefined),
  ]) {
    expect(other).not.toBe(id)
  }
  expect(newId('registration', 'somebody', undefined)).not.toBe(newId('registration', 'somebody', undefined))
})
