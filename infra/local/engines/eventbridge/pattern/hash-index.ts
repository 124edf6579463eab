/** Entries by a key that several may share. */
export interface HashIndex<Key, Entry> {
  add(key: Key, entry: Entry): void
  remove(key: Key, entry: Entry): void
  find(key: Key, found: (entry: Entry) => void): void
  isEmpty(): boolean
}

/** A hash table of sets. */
export function createHashIndex<Key, Entry>(): HashIndex<Key, Entry> {
  const entries = new Map<Key, Set<Entry>>()
  return {
    add(key, entry) {
      const sharing = entries.get(key)
      if (sharing) sharing.add(entry)
      else entries.set(key, new Set([entry]))
    },
    remove(key, entry) {
      const sharing = entries.get(key)
      if (sharing?.delete(entry) && sharing.size === 0) entries.delete(key)
    },
    find(key, found) {
      const sharing = entries.get(key)
      if (sharing) for (const entry of sharing) found(entry)
    },
    isEmpty: () => entries.size === 0,
  }
}
