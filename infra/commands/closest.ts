import { Mistake } from '../mistake.ts'

/** A `Mistake` that says that there is no such thing, and names the closest one that there is. `kind`: e.g. `consumer`. */
export function unknownName(kind: string, given: string, known: readonly string[]): Mistake {
  const near = closest(given, known)
  const hint = near === undefined ? `there are ${known.toSorted().join(', ') || 'none'}.` : `did you mean ${near}?`
  return new Mistake(`There is no ${kind} ${given}: ${hint}`)
}

/** Of the names, the one with the fewest changed letters; `undefined` where most letters would have to change. */
export function closest(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase()
  const distances = known.map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
  const best = distances.toSorted((a, b) => a.distance - b.distance)[0]
  return best && best.distance <= Math.max(given.length, best.name.length) / 2 ? best.name : undefined
}

/** Levenshtein's: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = (above[column] ?? 0) + (letter === to[column] ? 0 : 1)
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1))
    }
    above = line
  }
  return above[to.length] ?? 0
}
