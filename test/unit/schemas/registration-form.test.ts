import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RegistrationForm } from '../../../schemas/registrations.ts'

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' }
const LINE_BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** The wrong fields, each with its first complaint. */
const complaints = (form: unknown): Record<string, string> => {
  const { error } = RegistrationForm.safeParse(form)
  return Object.fromEntries([...(error?.issues ?? [])].reverse().map(({ path, message }) => [path.join('.'), message]))
}

describe('the registration form takes', () => {
  test.each([
    ['a name and an address', ada, ada],
    ['what needs trimming', { name: '  Ada \u00a0', email: ' ada@example.com ' }, { ...ada, name: 'Ada' }],
    ['100 characters', { ...ada, name: 'x'.repeat(100) }, { ...ada, name: 'x'.repeat(100) }],
    ['100 characters between spaces', { ...ada, name: ` ${'x'.repeat(100)} ` }, { ...ada, name: 'x'.repeat(100) }],
    ['letters of any script', { ...ada, name: 'Ólafur 山田 🙂' }, { ...ada, name: 'Ólafur 山田 🙂' }],
    ['joiners, which some names need', { ...ada, name: 'علی\u200cرضا' }, { ...ada, name: 'علی\u200cرضا' }],
    ['markup, which is escaped where it is shown', { ...ada, name: '<b>&"' }, { ...ada, name: '<b>&"' }],
    ["a foreign form's other fields, and leaves them aside", { ...ada, submit: 'Send', role: 'admin' }, ada],
    ['a tagged address', { ...ada, email: "o'neil+x.y@a-b.co.uk" }, { ...ada, email: "o'neil+x.y@a-b.co.uk" }],
  ])('%s', (_, form, taken) => {
    expect(RegistrationForm.parse(form)).toEqual(taken)
  })
})

describe('the registration form refuses', () => {
  const oneLine = 'Must not contain line breaks or control characters'
  const oneAddress = 'Must be one e-mail address, like ada@example.com'
  test.each([
    ['nothing at all', {}, { name: 'Required', email: 'Required' }],
    ['empty fields', { name: '', email: '' }, { name: 'Required', email: 'Required' }],
    ['a name of spaces', { ...ada, name: ' \u00a0 ' }, { name: 'Required' }],
    ['101 characters', { ...ada, name: 'x'.repeat(101) }, { name: 'At most 100 characters' }],
    ['what is no text', { name: 1, email: ['ada@example.com'] }, { name: 'Required', email: 'Required' }],
    ['a control character', { ...ada, name: 'Ada\u0000' }, { name: oneLine }],
    ['DEL and C1 controls', { ...ada, name: 'A\u007fd\u0085a' }, { name: oneLine }],
    ['a header injected by name', { ...ada, name: 'Ada\r\nBcc: all@example.com' }, { name: oneLine }],
    ['a header injected by address', { ...ada, email: 'ada@example.com\r\nBcc: x@y.co' }, { email: oneLine }],
    ['a line break that trimming would take away', { ...ada, email: 'ada@example.com\n' }, { email: oneLine }],
    ['a line separator', { ...ada, name: 'Ada\u2028Lovelace' }, { name: oneLine }],
    ['a paragraph separator', { ...ada, name: 'Ada\u2029Lovelace' }, { name: oneLine }],
    ['a name that nobody can see', { ...ada, name: '\u200b\u200d' }, { name: 'Required' }],
    ['text that turns around', { ...ada, name: 'Ada\u202emoc.live' }, { name: oneLine }],
    ['a lone surrogate', { ...ada, name: 'Ada \ud83d' }, { name: oneLine }],
    ['two addresses', { ...ada, email: 'a@b.co, c@d.co' }, { email: oneAddress }],
    ['two addresses without a space', { ...ada, email: 'a@b.co,c@d.co' }, { email: oneAddress }],
    ['an address with a name', { ...ada, email: 'Ada <ada@example.com>' }, { email: oneAddress }],
    ['an address without a domain', { ...ada, email: 'ada@localhost' }, { email: oneAddress }],
    ['a long address', { ...ada, email: `${'a'.repeat(250)}@b.co` }, { email: 'At most 254 characters' }],
  ])('%s', (_, form, wrong) => {
    expect(complaints(form)).toEqual(wrong)
  })
})

// Every character that has ever broken a header, or split an address.
const awkward = fc.constantFrom('\r', '\n', '\u0085', '\u2028', '\u2029', '\t', ' ', '@', '.', ',', '\ud800', '\0')
const ordinary = fc.oneof(fc.constantFrom(...'aZ9é山🙂'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))
const typed = fc.string({ unit: fc.oneof({ weight: 12, arbitrary: ordinary }, awkward), maxLength: 104 })
const address = fc
  .tuple(fc.constantFrom('ada@example.com', "o'neil+x@a-b.co.uk", ' ada@example.com '), fc.nat(18), fc.option(awkward))
  .map(([text, at, character]) => text.slice(0, at) + (character ?? '') + text.slice(at))

describe.each([
  ['name', typed, 100],
  ['email', address, 254],
] as const)('whatever %s is taken', (field, values, longest) => {
  test('is one line, fits, and is taken again as it is', () => {
    const taken = new Set<string>()
    fc.assert(
      fc.property(values, (value) => {
        const { data } = RegistrationForm.safeParse({ ...ada, [field]: value })
        if (!data) return
        taken.add(data[field])
        expect(data[field]).not.toMatch(LINE_BREAK)
        expect(data[field].isWellFormed()).toBe(true)
        expect(data[field]).toBe(data[field].trim())
        expect(data[field].length).toBeLessThanOrEqual(longest)
        expect(RegistrationForm.parse(data)).toEqual(data)
        if (field === 'email') expect(data.email).toMatch(/^[^@,\s]+@[^@,\s]+$/)
      }),
      { numRuns: 1000 },
    )
    expect(taken.size, 'different values that were taken').toBeGreaterThan(5)
  })
})
