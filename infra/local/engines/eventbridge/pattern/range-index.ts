/** Entries by ranges, arranged so that those around a point are found without a look at all the others. */
export interface RangeIndex<Point, Entry> {
  add(range: Range<Point>, entry: Entry): void
  remove(range: Range<Point>, entry: Entry): void
  /** Calls `found` for the entry of every range that holds the point. */
  find(point: Point, found: (entry: Entry) => void): void
  isEmpty(): boolean
}

/** Both ends belong to it. */
interface Range<Point> {
  readonly first: Point
  readonly last: Point
}

interface EntryRange<Point, Entry> extends Range<Point> {
  readonly entry: Entry
}

/** Ranges by where they begin, seen as a balanced tree: the middle one is the root, and each half a tree of its own. */
interface Tree<Point, Entry> {
  readonly ranges: readonly EntryRange<Point, Entry>[]
  /** The furthest end of all ranges in the tree whose root is the one at this index. */
  readonly furthest: readonly Point[]
}

/** An interval tree, built when it is first asked after a change. */
export function createRangeIndex<Point extends number | string, Entry>(): RangeIndex<Point, Entry> {
  const all = new Map<Entry, EntryRange<Point, Entry>>()
  let tree: Tree<Point, Entry> | undefined
  return {
    add({ first, last }, entry) {
      all.set(entry, { first, last, entry })
      tree = undefined
    },
    remove(_, entry) {
      all.delete(entry)
      tree = undefined
    },
    find(point, found) {
      tree ??= build([...all.values()])
      search(tree, 0, tree.ranges.length, point, found)
    },
    isEmpty: () => all.size === 0,
  }
}

function build<Point extends number | string, Entry>(ranges: readonly EntryRange<Point, Entry>[]): Tree<Point, Entry> {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const furthest: Point[] = sorted.map(({ last }) => last)
  const fill = (from: number, to: number): Point | undefined => {
    const middle = (from + to) >> 1
    let furthestYet = furthest[middle]
    if (from >= to || furthestYet === undefined) return undefined
    for (const other of [fill(from, middle), fill(middle + 1, to)]) {
      if (other !== undefined && other > furthestYet) furthestYet = other
    }
    furthest[middle] = furthestYet
    return furthestYet
  }
  fill(0, sorted.length)
  return { ranges: sorted, furthest }
}

function search<Point extends number | string, Entry>(
  tree: Tree<Point, Entry>,
  from: number,
  to: number,
  point: Point,
  found: (entry: Entry) => void,
): void {
  const middle = (from + to) >> 1
  const range = tree.ranges[middle]
  const furthest = tree.furthest[middle]
  if (from >= to || range === undefined || furthest === undefined || furthest < point) return
  search(tree, from, middle, point, found)
  if (range.first > point) return
  if (range.last >= point) found(range.entry)
  search(tree, middle + 1, to, point, found)
}
