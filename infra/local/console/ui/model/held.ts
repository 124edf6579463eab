interface Identified {
  readonly id: string
}

export interface Held<Item> {
  readonly shown: readonly Item[]
  /** How many came since that are not shown. */
  readonly newer: number
}

/**
 * What to show of a list, newest first, to somebody who reads further down: the items that were there keep their place,
 * in their newest version; older ones may follow; newer ones are only counted.
 */
export function hold<Item extends Identified>(snapshot: readonly Item[], latest: readonly Item[]): Held<Item> {
  const byId = new Map(latest.map((item) => [item.id, item]))
  const ids = new Set(snapshot.map(({ id }) => id))
  const lastKnown = latest.findLastIndex(({ id }) => ids.has(id))
  const unknown = latest.filter(({ id }) => !ids.has(id))
  const older = lastKnown < 0 ? [] : latest.slice(lastKnown + 1)
  return {
    shown: [...snapshot.map((item) => byId.get(item.id) ?? item), ...older],
    newer: unknown.length - older.length,
  }
}

/** The next version of a list with every unchanged item, or the whole list, being the same object as before. */
export function reuse<Item extends Identified>(
  before: readonly Item[],
  next: readonly Item[],
  same: (one: Item, other: Item) => boolean,
): readonly Item[] {
  const byId = new Map(before.map((item) => [item.id, item]))
  const reused = next.map((item) => {
    const known = byId.get(item.id)
    return known && same(known, item) ? known : item
  })
  return reused.length === before.length && reused.every((item, index) => item === before[index]) ? before : reused
}
