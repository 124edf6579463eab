import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html } from '../../../infra/runtime/html.ts'

const DECODED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const decode = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => DECODED[name] ?? '')
const typed = fc.string({
  unit: fc.oneof(fc.constantFrom(...'<>&"\'/;=#'), fc.string({ unit: 'binary', maxLength: 1 })),
})

test('a value can neither open a tag nor leave an attribute, and is shown as it was typed', () => {
  fc.assert(
    fc.property(typed, (value) => {
      const { text } = html`${value}`
      expect(text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/)
      expect(decode(text)).toBe(value)
      expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${text}">${text}</p>`)
    }),
  )
})

test('html within html is not escaped again', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${items}</ul>${html`<hr>`}`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>')
  expect(html`<ul>${[]}</ul>`.text).toBe('<ul></ul>')
})
