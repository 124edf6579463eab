import { describe, expect, test } from 'vitest'
import { draftIn, formWith, newOrderPage, orderAt } from '../../../producers/site/orders/addresses.ts'
import { bySku, itemsOf, QuantitiesAsTyped, totalOf } from '../../../producers/site/orders/place.ts'
import { pathOf } from '../../../producers/site/orders/progress.ts'
import { explain } from '../../../producers/site/orders/reasons.ts'
import type { OrderStatus } from '../../../schemas/orders.ts'

/** The path of an order that has had these statuses, as `step:state`. */
const path = (...statuses: readonly OrderStatus[]) =>
  pathOf({
    status: statuses.at(-1) ?? 'PENDING',
    history: statuses.map((status, index) => ({ status, at: `2027-01-15T08:00:0${index}.000Z` })),
  })
const inWords = (...statuses: readonly OrderStatus[]) =>
  path(...statuses)
    .map(({ step, state }) => `${step}:${state}`)
    .join(' ')

describe('the path of an order', () => {
  test('leads on to what is done next', () => {
    expect(inWords('PENDING')).toBe('placed:done checked:current')
    expect(inWords('PENDING', 'VALIDATED', 'RESERVED')).toBe('placed:done checked:done reserved:done paid:current')
    expect(path('PENDING', 'VALIDATED').at(1)).toEqual({
      step: 'checked',
      state: 'done',
      at: '2027-01-15T08:00:01.000Z',
    })
  })

  test('ends with the confirmation', () => {
    expect(inWords('PENDING', 'VALIDATED', 'RESERVED', 'CHARGED', 'CONFIRMED')).toBe(
      'placed:done checked:done reserved:done paid:done confirmed:done',
    )
  })

  test.each<[OrderStatus[], string]>([
    [[], 'checked:stopped failed:stopped'],
    [['VALIDATED'], 'checked:done reserved:stopped released:idle failed:stopped'],
    [['VALIDATED', 'RESERVED'], 'reserved:done paid:stopped refunded:idle released:done failed:stopped'],
    [['VALIDATED', 'RESERVED', 'CHARGED'], 'paid:done confirmed:stopped refunded:done released:done failed:stopped'],
  ])('after %o goes back through what undoes it', (reached, end) => {
    expect(inWords('PENDING', ...reached, 'FAILED')).toMatch(new RegExp(`${end}$`))
  })

  test('leaves the way where it expires', () => {
    expect(inWords('PENDING', 'EXPIRED')).toBe('placed:done expired:stopped')
  })
})

test('a reason is told in words, and one that nobody knows as it is', () => {
  const text = (reason: string) => explain({ status: 'FAILED', reason })?.text
  expect(text('The price is 1042.50 USD, not 1.00')).toContain('$1,042.50 now; you were shown $1.00')
  expect(text('SOLD-OUT is not for sale')).toContain('First edition')
  expect(text('The moon is full')).toBe('The moon is full')
  expect(explain({ status: 'EXPIRED' })?.text).toMatch(/never checked/)
  expect(explain({ status: 'CONFIRMED' })).toBeUndefined()
})

describe('the form', () => {
  const messages = (typed: object) =>
    QuantitiesAsTyped.safeParse(typed).error?.issues.map(({ path, message }) => [path.join('.'), message])

  test('takes what is left empty, or 0, for none', () => {
    expect(itemsOf(QuantitiesAsTyped.parse({ 'A-1': '2', 'B-2': '0' }))).toEqual([{ sku: 'A-1', qty: 2 }])
    expect(messages({ 'A-1': '0' })).toEqual([['items', 'Choose at least one article']])
  })

  test('names what is wrong at its article', () => {
    expect(messages({ 'A-1': '1.5', 'B-2': '1001', 'SOLD-OUT': '-1' })).toEqual([
      ['A-1', 'Must be a whole number'],
      ['B-2', 'At most 1000'],
      ['SOLD-OUT', 'At least 1'],
    ])
  })

  test('adds up in cents, without what cannot be ordered', () => {
    expect(totalOf({ 'A-1': '3', 'B-2': '7', 'SOLD-OUT': '1001' })).toBe(133.68)
  })

  test('finds the article that the server complains about', () => {
    const items = [
      { sku: 'B-2', qty: 1 },
      { sku: 'A-1', qty: 2 },
    ]
    expect(
      bySku({ errors: { 'items.1.sku': 'There is no such article', items: 'At most 50 articles' } }, items),
    ).toEqual({
      errors: { 'A-1': 'There is no such article', items: 'At most 50 articles' },
    })
  })
})

describe('addresses', () => {
  test('the form is filled in as its address says', () => {
    const items = [{ sku: 'SOLD-OUT', qty: 3 }]
    const { search } = new URL(formWith(items, 'card_flaky'), 'https://site.example')
    expect(draftIn(search)).toEqual({ typed: { 'A-1': '0', 'B-2': '0', 'SOLD-OUT': '3' }, paymentMethod: 'card_flaky' })
    expect(draftIn('?paymentMethod=cash').paymentMethod).toBe('card_ok')
  })

  test('the page of an order that was just placed knows that it is new', () => {
    expect(orderAt(new URL(newOrderPage('a&b'), 'https://site.example'))).toEqual({ id: 'a&b', isNew: true })
  })
})
