/** Of JSON; `undefined` for nothing, the text itself for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
