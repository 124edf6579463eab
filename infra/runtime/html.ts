/** A piece of HTML that is safe to put into another. */
export interface Html {
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

const render = (value: string | Html | readonly Html[]): string =>
  typeof value === 'string' ? escapeText(value) : 'text' in value ? value.text : value.map(({ text }) => text).join('')

/** Escapes every value but those that are `html` themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  return {
    text: parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join(''),
  }
}
