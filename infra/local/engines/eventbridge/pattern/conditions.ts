import { type Address, type AddressRange, inRange, parseAddress } from './address.ts'
import { isOdd, type Scalar, sameScalar } from './scalar.ts'
import { fitsWildcard, type Wildcard } from './text.ts'

/** What one element of a pattern's list asks of a leaf that is there. */
export type Condition =
  | { readonly op: 'equals'; readonly value: Scalar; readonly address?: Address }
  | { readonly op: 'prefix' | 'suffix'; readonly text: string }
  | { readonly op: 'ignore-case'; readonly text: string; readonly where: Where; readonly expression: RegExp }
  | { readonly op: 'wildcard'; readonly text: string; readonly pieces: Wildcard }
  | ({ readonly op: 'cidr'; readonly text: string } & AddressRange)
  | { readonly op: 'numeric'; readonly above?: Bound; readonly below?: Bound }
  | { readonly op: 'anything-but'; readonly except: readonly Condition[] }
  | { readonly op: 'exists' }

export type Where = 'prefix' | 'suffix' | 'whole'

export interface Bound {
  readonly value: number
  readonly inclusive: boolean
}

/** Does a leaf's value meet the condition? */
export function meets(condition: Condition, value: Scalar): boolean {
  switch (condition.op) {
    case 'equals':
      return sameScalar(condition.value, value) || sameAddress(condition.address, value)
    case 'exists':
      return true
    case 'anything-but':
      // A list inside may be empty; the engine then lets nothing through.
      return condition.except.length > 0 && !condition.except.some((excluded) => meets(excluded, value))
    case 'numeric':
      return typeof value === 'number' && isAbove(condition.above, value) && isBelow(condition.below, value)
    default:
      return typeof value === 'string' && textMeets(condition, value)
  }
}

type TextCondition = Extract<Condition, { readonly op: 'prefix' | 'suffix' | 'ignore-case' | 'wildcard' | 'cidr' }>

function textMeets(condition: TextCondition, text: string): boolean {
  switch (condition.op) {
    case 'prefix':
      return text.startsWith(condition.text)
    case 'suffix':
      return text.endsWith(condition.text)
    case 'ignore-case':
      return condition.expression.test(text)
    case 'wildcard':
      return fitsWildcard(condition.pieces, text)
    case 'cidr':
      return inRange(condition, text)
  }
}

const sameAddress = (address: Address | undefined, value: Scalar): boolean =>
  address !== undefined && typeof value === 'string' && parseAddress(value) === address

const isAbove = (bound: Bound | undefined, value: number): boolean =>
  bound === undefined || value > bound.value || (bound.inclusive && value === bound.value)

const isBelow = (bound: Bound | undefined, value: number): boolean =>
  bound === undefined || value < bound.value || (bound.inclusive && value === bound.value)

/** The condition in a few words, for people. */
export function describe(condition: Condition): string {
  switch (condition.op) {
    case 'equals':
      return isOdd(condition.value) ? condition.value.lexeme : JSON.stringify(condition.value)
    case 'exists':
      return 'any value'
    case 'anything-but':
      return `anything but ${condition.except.map(describe).join(', ')}`
    case 'numeric':
      return describeRange(condition.above, condition.below)
    case 'ignore-case':
      return `${condition.where === 'whole' ? '' : `${condition.where} `}${JSON.stringify(condition.text)} in any case`
    default:
      return `${condition.op} ${JSON.stringify(condition.text)}`
  }
}

function describeRange(above: Bound | undefined, below: Bound | undefined): string {
  if (above !== undefined && above.value === below?.value) return `= ${above.value}`
  const lower = above && `${above.inclusive ? '>=' : '>'} ${above.value}`
  const upper = below && `${below.inclusive ? '<=' : '<'} ${below.value}`
  return [lower, upper].filter((part) => part !== undefined).join(' and ')
}
