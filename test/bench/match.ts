import {
  compilePattern,
  createRuleIndex,
  matches,
  parseEvent,
} from '../../infra/local/engines/eventbridge/pattern/index.ts'
import { RULE_KINDS, type RuleKind } from './match-kinds.ts'
import { median, round } from './statistics.ts'

const MOST = 10_000
/** Different events for each count of rules, spread over all that some rule takes. */
const EVENTS = 200
const ROUNDS = 3
const ROUND_MS = 100

const NOTES = `Thousands of events a second of one thread's time, JSON parsing included. "alone" is 10,000 rules without the parsing,
and "times a loop" compares that with trying every rule. AWS's engine, Event Ruler, is Java: its figures are of five
rules of a kind, on one thread of another machine with two virtual CPUs and OpenJDK 17, over events of the same shape
and size. With 1, 100 and 10,000 exact rules it had 298, 284 and 211; for envelopes, first row, 507, 421 and 144. Its
authors publish, from a laptop of 2019: over 220, but 200 for equals-ignore-case, 170 wildcard, 150 anything-but, 120
numeric. Another machine and another runtime: what compares is the curve, not the height.
`

/** Events a second through the rule index for 1, 100 and 10,000 rules of each kind, beside a loop over as many rules. */
export async function match(): Promise<readonly object[]> {
  console.log(NOTES)
  return RULE_KINDS.map((kind) => {
    const [one, some, most] = [measure(kind, 1), measure(kind, 100), measure(kind, MOST)]
    return {
      rules: kind.name,
      '1 rule': round(one.perSecond / 1000),
      '100 rules': round(some.perSecond / 1000),
      '10,000 rules': round(most.perSecond / 1000),
      '10,000 : 1': round(most.perSecond / one.perSecond, 2),
      alone: round(most.alone / 1000),
      'times a loop': round(most.alone / loop(kind), 0),
      'rules matched': most.matched,
      'set up, ms': round(most.setUpMs, 0),
      'Event Ruler': kind.ruler ?? '',
    }
  })
}

const compiled = (kind: RuleKind, count: number) =>
  Array.from({ length: count }, (_, id) => compilePattern(JSON.stringify(kind.pattern(id))))

const eventsOf = (kind: RuleKind, count: number) =>
  Array.from({ length: EVENTS }, (_, at) => JSON.stringify(kind.event((at * 7919) % count)))

function measure(kind: RuleKind, count: number) {
  const patterns = compiled(kind, count)
  const startedAt = processorMs()
  const index = createRuleIndex<number>()
  for (const [id, pattern] of patterns.entries()) index.set(id, pattern)
  const setUpMs = processorMs() - startedAt
  const events = eventsOf(kind, count)
  const parsed = events.map(parseEvent)
  return {
    setUpMs,
    matched: median(parsed.map((event) => index.match(event).length)),
    perSecond: eventsPerSecond(events, (event) => index.match(parseEvent(event))),
    alone: eventsPerSecond(parsed, (event) => index.match(event)),
  }
}

function loop(kind: RuleKind): number {
  const patterns = compiled(kind, MOST)
  return eventsPerSecond(eventsOf(kind, MOST).map(parseEvent), (event) =>
    patterns.filter((pattern) => matches(pattern, event)),
  )
}

/** By the time that this thread had a processor, so that what else the machine does counts little; the best of some rounds. */
function eventsPerSecond<Event>(events: readonly Event[], run: (event: Event) => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startedAt = processorMs()
    let done = 0
    for (; processorMs() - startedAt < ROUND_MS; done += STRIDE) {
      for (let at = 0; at < STRIDE; at++) {
        const event = events[(done + at) % events.length]
        if (event !== undefined) run(event)
      }
    }
    return (1000 * done) / (processorMs() - startedAt)
  })
  return Math.max(...rounds)
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Events between two looks at the time. */
const STRIDE = 20
