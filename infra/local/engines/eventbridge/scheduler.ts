import * as z from 'zod'
import type { CloudContext } from '../engine.ts'
import type { Catalog } from './catalog.ts'
import type { Rule } from './model.ts'
import type { Publisher } from './publish.ts'
import { newEvent } from './put-events.ts'
import { parseSchedule } from './schedule.ts'

/** Nothing waits longer, so that a clock that is set, or a machine that slept, is noticed. */
const LONGEST_WAIT_MS = 60_000

/** A rule with a schedule. Times are epoch milliseconds. */
export interface ScheduledRule {
  readonly name: string
  readonly description?: string | undefined
  /** `rate(…)` or `cron(…)`, in UTC. */
  readonly expression: string
  readonly isEnabled: boolean
  /** Whom it sends an event to, by ARN. */
  readonly targets: readonly string[]
  readonly lastAt?: number | undefined
  readonly nextAt?: number | undefined
}

interface Due {
  readonly expression: string
  /** Epoch milliseconds. */
  readonly at: number
}

/**
 * Fires the rules that have a schedule, to the rule's own targets. What was due while nothing ran is not made up for: a
 * rate counts from when the rule was created, so the next firing is when it would have been anyway.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export function createScheduler(context: CloudContext, catalog: Catalog, publisher: Publisher) {
  const dueByRule = new Map<string, Due>()
  const firings = openFirings(context.database)
  let running = false
  let timer: NodeJS.Timeout | undefined

  /** A rule was put or deleted. */
  function changed(arn: string): void {
    if (!running) return
    const rule = catalog.rules.get(arn)
    if (!rule || rule.scheduleExpression !== dueByRule.get(arn)?.expression || rule.state === 'DISABLED')
      plan(arn, rule)
    wait()
  }

  function plan(arn: string, rule: Rule | undefined): void {
    const expression = rule?.state === 'DISABLED' ? undefined : rule?.scheduleExpression
    const at = rule && expression ? parseSchedule(expression, rule.createdAt)?.(context.now()) : undefined
    if (expression !== undefined && at !== undefined) dueByRule.set(arn, { expression, at })
    else dueByRule.delete(arn)
  }

  function wait(): void {
    clearTimeout(timer)
    if (dueByRule.size === 0) return
    const next = Math.min(...[...dueByRule.values()].map(({ at }) => at))
    timer = setTimeout(fireDue, Math.min(Math.max(next - context.now(), 0), LONGEST_WAIT_MS))
  }

  function fireDue(): void {
    const now = context.now()
    for (const [arn, { at }] of dueByRule) {
      const rule = catalog.rules.get(arn)
      if (at > now) continue
      plan(arn, rule)
      if (rule) fire(rule, at)
    }
    wait()
  }

  function fire(rule: Rule, at: number): void {
    const event = newEvent(context, {
      bus: rule.bus,
      name: 'Scheduled Event',
      source: 'aws.events',
      time: Math.floor(at / 1000),
      resources: [rule.arn],
      detail: '{}',
      receivedAt: context.now(),
    })
    try {
      publisher.publishTo(rule, event)
      firings.put(rule.arn, at)
    } catch (error) {
      context.warn(`The rule ${rule.name} could not fire: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  return {
    changed,
    /** In the order of their names. */
    all: (): readonly ScheduledRule[] =>
      catalog.rules
        .all()
        .flatMap(({ arn, name, description, scheduleExpression: expression, state, targets }) =>
          expression === undefined
            ? []
            : [
                {
                  name,
                  description,
                  expression,
                  isEnabled: state !== 'DISABLED',
                  targets: targets.map(({ Arn }) => Arn),
                  lastAt: firings.get(arn),
                  nextAt: dueByRule.get(arn)?.at,
                },
              ],
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    start(): void {
      running = true
      for (const rule of catalog.rules.all()) plan(rule.arn, rule)
      wait()
    },
    stop(): void {
      running = false
      clearTimeout(timer)
    },
  }
}

/** When each rule fired last, over restarts. */
function openFirings(database: CloudContext['database']) {
  database.exec(
    'CREATE TABLE IF NOT EXISTS eventbridge_firings (rule_arn TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID',
  )
  const upsert = database.prepare('INSERT OR REPLACE INTO eventbridge_firings VALUES (?, ?)')
  const select = database.prepare('SELECT at FROM eventbridge_firings WHERE rule_arn = ?')
  return {
    put: (ruleArn: string, at: number): void => void upsert.run(ruleArn, at),
    get: (ruleArn: string): number | undefined => Firing.safeParse(select.get(ruleArn)).data?.at,
  }
}

const Firing = z.object({ at: z.number() })
