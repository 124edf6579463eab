/** Entries by texts with stars, arranged so that a text is tried only on those that begin as it does. */
export interface TextIndex<Entry> {
  add(pieces: readonly string[], entry: Entry): void
  remove(pieces: readonly string[], entry: Entry): void
  /** Calls `candidate` for every entry that the text fits, and for a few more; for some more than once. */
  find(text: string, candidate: (entry: Entry) => void): void
  isEmpty(): boolean
}

/** What the pieces become: UTF-16 units, and between two pieces a star, which no unit is. */
type Steps = readonly number[]
const STAR = -1

/** About so many entries wait in a node: a way on for each would cost more than trying them all. */
const FEW = 8

interface Node<Entry> {
  /** Where each next step leads; none as long as few wait. */
  readonly ways: Map<number, Node<Entry>>
  /** Entries that would go on from here. */
  readonly waiting: Map<Entry, Steps>
  readonly ending: Set<Entry>
}

/**
 * A trie in which a star is a step like a character. Reading a text it goes along with all beginnings that fit so far,
 * and a star once reached stays. `backwards` reads from the end: for what its ending tells apart.
 */
export function createTextIndex<Entry>({ backwards = false } = {}): TextIndex<Entry> {
  const root = createNode<Entry>()
  const stepsOf = (pieces: readonly string[]): Steps => {
    const steps = pieces.flatMap((piece, index) => (index === 0 ? units(piece) : [STAR, ...units(piece)]))
    return backwards ? steps.reverse() : steps
  }
  return {
    add: (pieces, entry) => insert(root, stepsOf(pieces), entry),
    remove: (pieces, entry) => prune(root, stepsOf(pieces), entry),
    find(text, candidate) {
      const stars: Node<Entry>[] = []
      let reached = [root]
      for (let at = 0; ; at++) {
        for (const node of reached) visit(node, stars, candidate)
        if (at === text.length || (reached.length === 0 && stars.length === 0)) return
        const unit = text.charCodeAt(backwards ? text.length - 1 - at : at)
        const next: Node<Entry>[] = []
        for (const node of reached) follow(node, unit, next)
        for (const node of stars) follow(node, unit, next)
        reached = next
      }
    },
    isEmpty: () => isEmpty(root),
  }
}

const units = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))

const createNode = <Entry>(): Node<Entry> => ({ ways: new Map(), waiting: new Map(), ending: new Set() })

const isEmpty = <Entry>({ ways, waiting, ending }: Node<Entry>): boolean =>
  ways.size === 0 && waiting.size === 0 && ending.size === 0

function insert<Entry>(root: Node<Entry>, steps: Steps, entry: Entry): void {
  let node = root
  let depth = 0
  for (; depth < steps.length && node.ways.size > 0; depth++) node = wayOn(node, steps, depth)
  lay(node, steps, depth, entry)
  if (node.waiting.size > FEW) sendOn(node, depth)
}

function lay<Entry>(node: Node<Entry>, steps: Steps, depth: number, entry: Entry): void {
  if (depth === steps.length) node.ending.add(entry)
  else node.waiting.set(entry, steps)
}

function sendOn<Entry>(node: Node<Entry>, depth: number): void {
  for (const [entry, steps] of node.waiting) lay(wayOn(node, steps, depth), steps, depth + 1, entry)
  node.waiting.clear()
}

/** The node that the next step leads to, made if there is none. */
function wayOn<Entry>({ ways }: Node<Entry>, steps: Steps, depth: number): Node<Entry> {
  const step = steps[depth] ?? STAR
  const node = ways.get(step) ?? createNode<Entry>()
  ways.set(step, node)
  return node
}

function prune<Entry>(root: Node<Entry>, steps: Steps, entry: Entry): void {
  const path = [root]
  for (const step of steps) {
    const next = path.at(-1)?.ways.get(step)
    if (next === undefined) break
    path.push(next)
  }
  path.at(-1)?.waiting.delete(entry)
  path.at(-1)?.ending.delete(entry)
  for (let depth = path.length - 1; depth > 0; depth--) {
    const node = path[depth]
    if (node !== undefined && isEmpty(node)) path[depth - 1]?.ways.delete(steps[depth - 1] ?? STAR)
  }
}

/** Names what lies in a node, and notes the star that begins there. */
function visit<Entry>(node: Node<Entry>, stars: Node<Entry>[], candidate: (entry: Entry) => void): void {
  for (const entry of node.ending) candidate(entry)
  for (const entry of node.waiting.keys()) candidate(entry)
  const star = node.ways.get(STAR)
  if (star === undefined || stars.includes(star)) return
  stars.push(star)
  visit(star, stars, candidate)
}

function follow<Entry>({ ways }: Node<Entry>, unit: number, next: Node<Entry>[]): void {
  const node = ways.get(unit)
  if (node) next.push(node)
}
