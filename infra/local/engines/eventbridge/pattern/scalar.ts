/** A leaf of a pattern or an event. Equality of two numbers is equality of their values, whatever their spelling. */
export type Scalar = string | number | boolean | null | OddNumber

/**
 * A number that no double stands for exactly (20 digits, 1e400): it equals only the same spelling, and nothing is
 * greater or less than it.
 */
export interface OddNumber {
  readonly lexeme: string
}

/** The scalar that a JSON number stands for. */
export function numberScalar(lexeme: string): number | OddNumber {
  const value = Number(lexeme)
  // Fifteen digits always survive the way into a double and back.
  if (lexeme.length <= 15 && !/[eE]/.test(lexeme)) return value === 0 ? 0 : value
  // The usual spelling of a double is the shortest one.
  if (String(value) === lexeme) return value
  if (!Number.isFinite(value) || normalize(lexeme) !== normalize(String(value))) return { lexeme }
  return value === 0 ? 0 : value
}

/** Do two scalars have the same type and value? */
export function sameScalar(a: Scalar, b: Scalar): boolean {
  return a === b || (isOdd(a) && isOdd(b) && a.lexeme === b.lexeme)
}

/** Is this a number that can only be compared by its spelling? */
export function isOdd(value: Scalar): value is OddNumber {
  return typeof value === 'object' && value !== null
}

/** One spelling per decimal value: the significant digits and a power of ten. */
function normalize(lexeme: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(lexeme) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
