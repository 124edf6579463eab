import {
  compilePattern,
  createRuleIndex,
  matches,
  parseEvent,
} from '../../infra/local/engines/eventbridge/pattern/index.ts'
import { round } from './statistics.ts'

const RULE_COUNTS = [1, 100, 10_000]
const EVENTS = 20_000

/** A kind of rule: the pattern of number `id`, and the value of the event that it matches. */
interface Kind {
  readonly name: string
  readonly condition: (id: number) => unknown
  readonly value: (id: number) => unknown
}

const KINDS: readonly Kind[] = [
  { name: 'exact', condition: (id) => `order-${id}`, value: (id) => `order-${id}` },
  { name: 'prefix', condition: (id) => ({ prefix: `order-${id}-` }), value: (id) => `order-${id}-x` },
  { name: 'suffix', condition: (id) => ({ suffix: `-order-${id}` }), value: (id) => `x-order-${id}` },
  { name: 'wildcard', condition: (id) => ({ wildcard: `order-${id}-*` }), value: (id) => `order-${id}-x` },
  { name: 'numeric', condition: (id) => ({ numeric: ['>=', id, '<', id + 1] }), value: (id) => id },
  { name: 'anything-but', condition: (id) => ({ 'anything-but': `order-${id}` }), value: (id) => `order-${id}` },
]

/** Events a second through the rule index, with a source, a detail type and one condition to each rule. */
export async function match(): Promise<readonly object[]> {
  return KINDS.map((kind) => {
    const counts = kind.name === 'anything-but' ? RULE_COUNTS.slice(0, 2) : RULE_COUNTS
    const perSecond = counts.map((count) => throughput(kind, count))
    const [one = 0] = perSecond
    return {
      rules: kind.name,
      ...Object.fromEntries(
        counts.map((count, index) => [`${count} rules, k/s`, round((perSecond[index] ?? 0) / 1000)]),
      ),
      'most to 1': round((perSecond.at(-1) ?? 0) / one, 3),
      'a loop over 100, k/s': round(loop(kind, 100) / 1000),
    }
  })
}

const patternOf = ({ condition }: Kind, id: number) =>
  compilePattern(JSON.stringify({ source: ['shop'], 'detail-type': ['OrderPlaced'], detail: { id: [condition(id)] } }))

const eventsOf = ({ value }: Kind, count: number) =>
  Array.from({ length: 100 }, (_, id) =>
    JSON.stringify({ source: 'shop', 'detail-type': 'OrderPlaced', detail: { id: value(id % count) } }),
  )

function throughput(kind: Kind, count: number): number {
  const index = createRuleIndex<number>()
  for (let id = 0; id < count; id++) index.set(id, patternOf(kind, id))
  return eventsPerSecond(eventsOf(kind, count), (event) => index.match(parseEvent(event)))
}

function loop(kind: Kind, count: number): number {
  const patterns = Array.from({ length: count }, (_, id) => patternOf(kind, id))
  return eventsPerSecond(eventsOf(kind, count), (event) => {
    const parsed = parseEvent(event)
    return patterns.filter((pattern) => matches(pattern, parsed))
  })
}

/** JSON parsing included; after a warm-up; for at most a second, so that a slow kind does not take minutes. */
function eventsPerSecond(events: readonly string[], run: (event: string) => unknown): number {
  for (const event of events) run(event)
  const startedAt = performance.now()
  let done = 0
  while (done < EVENTS && performance.now() - startedAt < 1000) {
    run(events[done % events.length] ?? '')
    done++
  }
  return done / ((performance.now() - startedAt) / 1000)
}
