/** Lone surrogates reach the engine as question marks, since it compares UTF-8. */
export function asUtf8(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '?')
}

/**
 * The source of a regular expression that takes a text in upper or lower case. Like the engine it looks at one UTF-16
 * unit at a time and knows the two cases of the pattern's character only: "ß" takes "SS" but not "ss", "k" does not
 * take the Kelvin sign although the Kelvin sign takes "k", and half of a surrogate pair takes nothing but "?".
 */
export function ignoringCase(text: string): string {
  return text
    .split('')
    .map(asUtf8)
    .map((unit) => `(?:${literal(unit.toLowerCase())}|${literal(unit.toUpperCase())})`)
    .join('')
}

/**
 * A pattern has the same folded form as every text that it takes in the way of {@link ignoringCase}; so have some that it
 * does not take. The form of a whole is that of its parts, one after the other: going down first makes one letter of
 * those that have more than one lower case, coming up again undoes what depends on the neighbours, as a final sigma.
 */
export const foldCase = (text: string): string =>
  text
    .replace(/[\ud800-\udfff]/g, '?')
    .toLowerCase()
    .toUpperCase()

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** A wildcard operand, cut at its stars: the literal pieces between them. */
export type Wildcard = readonly string[]

/** Cuts a wildcard operand into its pieces. Throws a plain Error that says what is wrong. */
export function parseWildcard(operand: string): Wildcard {
  const pieces = ['']
  const append = (text: string) => pieces.push((pieces.pop() ?? '') + text)
  for (let at = 0; at < operand.length; at++) {
    const unit = operand.charAt(at)
    if (unit === '*') {
      if (operand[at + 1] === '*')
        throw new Error(`Consecutive wildcard characters at pos ${bytePosition(operand, at)}`)
      pieces.push('')
    } else if (unit !== '\\') append(unit)
    else {
      const escaped = operand[++at]
      if (escaped !== '*' && escaped !== '\\') {
        throw new Error(`Invalid escape character at pos ${bytePosition(operand, at - 1)}`)
      }
      append(escaped)
    }
  }
  return pieces.map(asUtf8)
}

/** The engine counts bytes, and the opening quote as one of them. */
const bytePosition = (text: string, at: number): number => 1 + Buffer.byteLength(text.slice(0, at))

/** Does the whole text fit the wildcard? Taking the first place where a piece fits is always good enough. */
export function fitsWildcard(pieces: Wildcard, text: string): boolean {
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
