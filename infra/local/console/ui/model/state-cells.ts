import type { Outline, StateOutline } from './execution.ts'

/** Where each state stands in the picture's grid. */
export type Cells = ReadonlyMap<string, Cell>

interface Cell {
  readonly rank: number
  readonly column: number
}

type States = ReadonlyMap<string, StateOutline>

/**
 * Gives each state of a sequence a row and a column. The way where nothing fails is the first column; what an error
 * leads to stands beside the last state from which it does, and what follows it below that.
 */
export function placeStates({ start, states: list }: Outline): Cells {
  const states = new Map(list.map((state) => [state.name, state]))
  const order = inOrder(states, start)
  const ranks = ranksOf(states, order)
  const cells = new Map<string, Cell>()
  const put = (chain: readonly string[], column: number) => {
    for (const name of chain) cells.set(name, { rank: ranks.get(name) ?? 0, column })
  }
  put(chainFrom(start, states, cells), 0)
  const others = order.filter((name) => !cells.has(name))
  for (const name of others.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))) {
    if (cells.has(name)) continue
    const chain = chainFrom(name, states, cells)
    const rows = chain.map((each) => ranks.get(each) ?? 0)
    const [first, last] = [Math.min(...rows), Math.max(...rows)]
    const isTaken = (column: number) =>
      [...cells.values()].some((cell) => cell.column === column && cell.rank >= first && cell.rank <= last)
    let column = 1
    while (isTaken(column)) column++
    put(chain, column)
  }
  return cells
}

/**
 * Each after all that lead to it, but for what leads back. That is told by going on from `start` along the way where
 * nothing fails first.
 */
function inOrder(states: States, start: string): readonly string[] {
  const seen = new Set<string>()
  const order: string[] = []
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const { to } of states.get(name)?.next ?? []) visit(to)
    order.unshift(name)
  }
  visit(start)
  for (const name of states.keys()) visit(name)
  return order
}

/** An error may lead to the same row, everything else leads down. What leads back counts for nothing. */
function ranksOf(states: States, order: readonly string[]): ReadonlyMap<string, number> {
  const ranks = new Map(order.map((name) => [name, 0]))
  const position = new Map(order.map((name, index) => [name, index]))
  for (const [index, name] of order.entries()) {
    for (const { to, on } of states.get(name)?.next ?? []) {
      if ((position.get(to) ?? 0) <= index) continue
      ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(name) ?? 0) + (on === 'error' ? 0 : 1)))
    }
  }
  return ranks
}

/** A state and those that follow it where nothing fails, as far as they have no place yet. */
function chainFrom(start: string, states: States, placed: ReadonlyMap<string, unknown>): readonly string[] {
  const chain: string[] = []
  const isFree = (name: string) => !chain.includes(name) && !placed.has(name)
  for (let name: string | undefined = start; name !== undefined; ) {
    chain.push(name)
    name = states.get(name)?.next.find(({ on, to }) => on !== 'error' && isFree(to))?.to
  }
  return chain
}
