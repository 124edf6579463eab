/** Undoes percent-encoding; a text that is not percent-encoded properly is left as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** As every client of AWS percent-encodes: all but letters, digits, `-`, `.`, `_` and `~`. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** The parameters of a URL, in which a plus is a plus and not a space. */
export const queryOf = (url: string): URLSearchParams =>
  new URLSearchParams((/\?.*/s.exec(url)?.[0] ?? '').replaceAll('+', '%2B'))
