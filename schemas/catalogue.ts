/** An article for sale. */
export interface Article {
  readonly sku: string
  readonly title: string
  /** In `CURRENCY`, with at most two decimals. */
  readonly price: number
  /** How many there are before the first is sold. */
  readonly stock: number
}

export const CURRENCY = 'USD'

/** What is for sale. Prices are read from here and nowhere else; how many are left is kept in the table `inventory`. */
export const catalogue: readonly Article[] = [
  { sku: 'A-1', title: 'Notebook', price: 21.25, stock: 100 },
  { sku: 'B-2', title: 'Pencil', price: 9.99, stock: 100 },
  { sku: 'SOLD-OUT', title: 'First edition', price: 5, stock: 0 },
]

/** `undefined` for what is not for sale. */
export const articleOf = (sku: string): Article | undefined => catalogue.find((article) => article.sku === sku)

/** An amount in the smallest unit of its currency: what is counted in whole cents adds up. */
export const toCents = (amount: number): number => Math.round(amount * 100)

/** What these items cost. Throws for what is not in the catalogue. */
export function priceOf(items: readonly { readonly sku: string; readonly qty: number }[]): number {
  const cents = items.map(({ sku, qty }) => {
    const article = articleOf(sku)
    if (!article) throw new Error(`There is no article ${sku}`)
    return toCents(article.price) * qty
  })
  return cents.reduce((sum, each) => sum + each, 0) / 100
}
