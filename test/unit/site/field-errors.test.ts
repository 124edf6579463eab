import { expect, test } from 'vitest'
import { fieldErrorsIn, fieldErrorsOf } from '../../../producers/site/api/field-errors.ts'
import { PreferencesForm } from '../../../schemas/accounts.ts'
import { RegistrationForm } from '../../../schemas/registrations.ts'

const problem = { type: 'about:blank', title: 'Bad request', status: 400, detail: 'Please correct' }
const FIELDS = ['name', 'email']

test('names every wrong field, with the first complaint of each', () => {
  expect(fieldErrorsIn(RegistrationForm, { name: '', email: 'nope' })).toEqual({
    name: 'Required',
    email: 'Must be one e-mail address, like ada@example.com',
  })
})

test('names the field that only another one makes wrong', () => {
  expect(fieldErrorsIn(PreferencesForm, { channel: 'SMS' })).toEqual({ phone: 'Required for SMS' })
})

test('has nothing to say about a form that is right', () => {
  expect(fieldErrorsIn(RegistrationForm, { name: 'Ada', email: 'ada@example.com' })).toEqual({})
})

test('puts what the server says at the fields of the form', () => {
  const errors = [
    { path: 'email', message: 'Not this one' },
    { path: 'name', message: 'Required' },
  ]
  expect(fieldErrorsOf({ ...problem, errors }, FIELDS)).toEqual({ email: 'Not this one', name: 'Required' })
})

test('leaves out what is about no field of the form', () => {
  const errors = ['', 'Idempotency-Key', '__proto__', 'name.first'].map((path) => ({ path, message: 'Bad' }))
  expect(fieldErrorsOf({ ...problem, errors }, FIELDS)).toEqual({})
  expect(fieldErrorsOf(problem, FIELDS)).toEqual({})
})
