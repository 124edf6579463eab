import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogue, priceOf, toCents } from '../../../schemas/catalogue.ts'
import { OrderForm, OrderPlaced } from '../../../schemas/orders.ts'

const problemsOf = (form: unknown) =>
  OrderForm.safeParse(form).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
const item = { sku: 'A-1', qty: 2 }

test('items are enough: the rest follows', () => {
  expect(OrderForm.parse({ items: [item], note: 'quick' })).toEqual({ items: [item], paymentMethod: 'card_ok' })
})

describe('wrong is', () => {
  test.each([
    [{}, ['items: Required']],
    [{ items: [] }, ['items: At least one article']],
    [{ items: Array.from({ length: 51 }, () => item) }, ['items: At most 50 articles']],
    [{ items: [{ sku: 'A-1', qty: 0 }] }, ['items.0.qty: At least 1']],
    [{ items: [{ sku: 'A-1', qty: 1001 }] }, ['items.0.qty: At most 1000']],
    [{ items: [{ sku: 'A-1', qty: 1.5 }] }, ['items.0.qty: Must be a whole number']],
    [{ items: [{ sku: 'A-1', qty: '2' }] }, ['items.0.qty: Must be a whole number']],
    [{ items: [item, { sku: 'Z-9', qty: 1 }] }, ['items.1.sku: There is no such article']],
    [{ items: [item, item] }, ['items.1.sku: Named twice: add up the quantities']],
    [{ items: [item], amount: '42.50' }, ['amount: Must be a number']],
    [{ items: [item], amount: -1 }, ['amount: Must not be negative']],
    [{ items: [item], amount: 42.505 }, ['amount: At most two decimals']],
  ])('%j', (form, problems) => {
    expect(problemsOf(form)).toEqual(problems)
  })

  test('a payment method that there is not', () => {
    expect(problemsOf({ items: [item], paymentMethod: 'cash' })).toHaveLength(1)
  })
})

test('every amount of whole cents is one, also where floating-point numbers are not exact', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), (cents) => {
      expect(OrderPlaced.data.shape.amount.parse(cents / 100)).toBe(cents / 100)
      expect(toCents(cents / 100)).toBe(cents)
    }),
  )
})

test('a price is exact to the cent', () => {
  const quantity = fc.integer({ min: 1, max: 1000 })
  fc.assert(
    fc.property(quantity, quantity, (notebooks, pencils) => {
      const price = priceOf([
        { sku: 'A-1', qty: notebooks },
        { sku: 'B-2', qty: pencils },
      ])
      expect(price).toBe((2125 * notebooks + 999 * pencils) / 100)
    }),
  )
  expect(() => priceOf([{ sku: 'Z-9', qty: 1 }])).toThrow('There is no article Z-9')
})

test('every article has a name, a price in whole cents, and stock', () => {
  expect(new Set(catalogue.map(({ sku }) => sku)).size).toBe(catalogue.length)
  for (const { title, price, stock } of catalogue) {
    expect(title).not.toBe('')
    expect(toCents(price) / 100).toBe(price)
    expect(stock).toBeGreaterThanOrEqual(0)
  }
})
