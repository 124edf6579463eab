import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import type { Catalog } from './catalog.ts'
import { compile, notFound } from './catalog.ts'
import { explain, matches, parseEvent } from './pattern/index.ts'

/** Whether a rule takes an event, and why. */
export interface RuleVerdict {
  readonly rule: string
  readonly enabled: boolean
  readonly matched: boolean
  /** Where the rule sends what it takes: ARNs. */
  readonly targets: readonly string[]
  /** How each field of the pattern fared; of alternatives, those of the one that comes closest. */
  readonly fields: ReturnType<typeof explain>
}

const Row = z.object({ bus: z.string(), envelope: z.string() }).optional()

/** Tells of every rule there is now on an event's bus whether it takes the event, field by field. */
export function openExplanations(database: DatabaseSync, catalog: Catalog) {
  const select = database.prepare('SELECT bus, envelope FROM eventbridge_events WHERE seq = ?')

  /** `place` is the event's. Throws ResourceNotFoundException. */
  return (place: number): readonly RuleVerdict[] => {
    const row = Row.parse(select.get(place))
    if (!row) return notFound('This event is not kept any more.')
    const event = parseEvent(row.envelope)
    return catalog.rules.of(row.bus).flatMap(({ name, state, eventPattern, targets }) => {
      if (eventPattern === undefined) return []
      const pattern = compile(eventPattern)
      return {
        rule: name,
        enabled: state !== 'DISABLED',
        matched: matches(pattern, event),
        targets: targets.map(({ Arn }) => Arn),
        fields: explain(pattern, event),
      }
    })
  }
}
