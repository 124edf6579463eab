import * as z from 'zod/mini'

const Key = z.array(z.object({ name: z.string(), type: z.string() }))

const Table = z.object({
  name: z.string(),
  key: Key,
  indexes: z.array(z.object({ name: z.string(), key: Key })),
  timeToLive: z.optional(z.string()),
  stream: z.optional(z.string()),
  itemCount: z.number(),
})
export type Table = z.infer<typeof Table>
export const Tables = z.array(Table)

const Item = z.record(z.string(), z.unknown())
export type Item = z.infer<typeof Item>
export const ItemPage = z.object({ items: z.array(Item), next: z.optional(z.string()) })

const TYPES: Readonly<Record<string, string>> = { S: 'text', N: 'number', B: 'binary' }

/** `who (text), at (number)`. */
export const describeKey = (key: Table['key']): string =>
  key.map(({ name, type }) => `${name} (${TYPES[type] ?? type})`).join(', ')

/** What tells an item from the others, in a line. */
export const keyOf = (item: Item, { key }: Pick<Table, 'key'>): string =>
  key.map(({ name }) => String(item[name])).join(' · ')

/** What else is in an item, cut to a line: at most 160 characters. */
export function previewOf(item: Item, { key }: Pick<Table, 'key'>): string {
  const others = Object.entries(item).filter(([name]) => !key.some((each) => each.name === name))
  const text = others.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return text.join(', ').slice(0, 160)
}
