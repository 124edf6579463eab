import * as z from 'zod'
import type { Catalog } from './catalog.ts'
import type { Rule, Target } from './model.ts'
import { compilePattern, matches, parseEvent } from './pattern/index.ts'

/** Somebody who takes events: a target of a rule that has a pattern. */
export interface Subscription {
  /** As its deliveries name it: the rule's name, and the target's where there are several. */
  readonly consumer: string
  readonly rule: string
  readonly ruleArn: string
  readonly bus: string
  readonly isEnabled: boolean
  /** The names of the events that the pattern asks for; none if it asks for something else. */
  readonly events: readonly string[]
  /** As JSON. */
  readonly pattern: string
  readonly target: Target
}

/** Who takes which events, as the rules are now. */
export function subscriptionsOf({ rules }: Catalog) {
  return {
    all: (): readonly Subscription[] => rules.all().flatMap(ofRule),

    /** Who may take events of this kind, whatever else their patterns ask of an event. */
    of: (source: string, name: string): readonly Subscription[] => {
      const event = parseEvent(JSON.stringify({ source, 'detail-type': name }))
      return rules
        .all()
        .flatMap(ofRule)
        .filter(({ pattern }) => {
          const kind = kindIn(JSON.parse(pattern))
          return kind === undefined || matches(compilePattern(JSON.stringify(kind)), event)
        })
    },
  }
}

/** How deliveries to a target of a rule name who gets them. */
export const consumerName = ({ name, targets }: Rule, { Id }: Target): string =>
  targets.length > 1 ? `${name}/${Id}` : name

function ofRule(rule: Rule): readonly Subscription[] {
  const { eventPattern: pattern } = rule
  if (pattern === undefined) return []
  return rule.targets.map((target) => ({
    consumer: consumerName(rule, target),
    rule: rule.name,
    ruleArn: rule.arn,
    bus: rule.bus,
    isEnabled: rule.state !== 'DISABLED',
    events: eventNamesIn(pattern),
    pattern,
    target,
  }))
}

const Named = z.object({ 'detail-type': z.array(z.string()) })
const NamedPattern = z.union([Named, z.object({ $or: z.array(Named) })])

/** The names of the events that a pattern, as JSON, asks for; none if it asks for something else. */
export function eventNamesIn(eventPattern: string): readonly string[] {
  const { data } = NamedPattern.safeParse(JSON.parse(eventPattern))
  if (data === undefined) return []
  const branches = '$or' in data ? data.$or : [data]
  return [...new Set(branches.flatMap((branch) => branch['detail-type']))]
}

const Kind = z.object({
  source: z.unknown().optional(),
  'detail-type': z.unknown().optional(),
  $or: z.array(z.unknown()).optional(),
})

/** What a pattern asks of an event's source and name alone; `undefined` if nothing. */
function kindIn(pattern: unknown): object | undefined {
  const { $or, ...fields } = Kind.parse(pattern)
  const branches = $or?.map(kindIn) ?? []
  // A branch that takes every kind of event makes the others meaningless.
  const kind = { ...fields, ...($or && !branches.includes(undefined) ? { $or: branches } : {}) }
  return Object.keys(kind).length > 0 ? kind : undefined
}
