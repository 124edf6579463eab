import type { Order } from './load.ts'
import { money, titleOf } from './words.ts'

interface Explanation {
  readonly title: string
  readonly text: string
}

/** What the workflow says when it gives an order up, and what that means for whoever placed it. */
const REASONS: readonly (readonly [RegExp, (found: readonly string[]) => Explanation])[] = [
  [
    /^Sold out: (.+)$/,
    ([, articles]) => ({
      title: 'Sold out',
      text: `There is not enough left of what you wanted: ${articles}. Order fewer, or come back later.`,
    }),
  ],
  [
    /^The card was declined$/,
    () => ({ title: 'Your card was declined', text: 'Nothing was charged. Order again with another card.' }),
  ],
  [
    /^The price is ([\d.]+) ([A-Z]{3}), not ([\d.]+)$/,
    ([, price, currency = '', shown]) => ({
      title: 'The price has changed',
      text: `It is ${money(Number(price), currency)} now; you were shown ${money(Number(shown), currency)}. Nothing was charged. Order again if the new price suits you.`,
    }),
  ],
  [
    /^(.+) is not for sale$/,
    ([, sku = '']) => ({ title: 'No longer for sale', text: `We do not sell this any more: ${titleOf(sku)}.` }),
  ],
  [
    /^The payment could not be made$/,
    () => ({
      title: 'The payment did not go through',
      text: 'The payment service did not answer. Try again in a while.',
    }),
  ],
  [
    /^Something went wrong on our side$/,
    () => ({ title: 'Something went wrong on our side', text: 'We are sorry. Try again in a while.' }),
  ],
]

/** Why an order came to nothing, in words. A reason that is not known here is shown as it is. */
export function explain({ status, reason = '' }: Pick<Order, 'status' | 'reason'>): Explanation | undefined {
  if (status === 'EXPIRED') {
    return { title: 'It waited for too long', text: 'It was never checked, so nothing was reserved or charged.' }
  }
  if (status !== 'FAILED') return undefined
  for (const [pattern, explanation] of REASONS) {
    const found = pattern.exec(reason)
    if (found) return explanation(found)
  }
  return { title: 'It came to nothing', text: reason }
}
