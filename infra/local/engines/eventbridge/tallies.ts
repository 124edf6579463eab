import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

/** How the newest deliveries to one target of one rule have fared. */
export type Tally = z.output<typeof Tally>
const Tally = z.object({
  ruleArn: z.string(),
  targetId: z.string(),
  pending: z.number(),
  processed: z.number(),
  duplicate: z.number(),
  retrying: z.number(),
  dead: z.number(),
  /** Of those that were tried, milliseconds. */
  averageMs: z.number().nullable(),
  p99Ms: z.number().nullable(),
})
const Tallies = z.array(Tally)

/** What the last attempt at a message came to. */
export type Attempt = z.output<typeof Attempt>
const Attempt = z.object({ eventId: z.string(), attempts: z.number(), error: z.string().nullable() })

/** So many deliveries are lately; more would take more than three milliseconds to count. */
const LATELY = 2000

/** Opens the journal for counting how deliveries fare. */
export function openTallies(database: DatabaseSync) {
  const count = (outcome: string) => `count(*) FILTER (WHERE outcome = '${outcome}') AS ${outcome}`
  const selectTallies = database.prepare(`
    WITH latest AS (
      SELECT rule_arn, target_id, outcome, ms FROM eventbridge_deliveries ORDER BY id DESC LIMIT ${LATELY}
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY rule_arn, target_id ORDER BY ms IS NULL, ms) AS place,
        count(ms) OVER (PARTITION BY rule_arn, target_id) AS tried FROM latest
    )
    SELECT rule_arn AS ruleArn, target_id AS targetId,
      ${['pending', 'processed', 'duplicate', 'retrying', 'dead'].map(count).join(', ')},
      avg(ms) AS averageMs, min(ms) FILTER (WHERE place >= 0.99 * tried) AS p99Ms
    FROM ranked GROUP BY rule_arn, target_id`)
  const selectAttempt = database.prepare(`SELECT e.id AS eventId, d.attempts, d.error
    FROM eventbridge_deliveries d JOIN eventbridge_events e ON e.seq = d.event
    WHERE d.message_id = ? AND d.target_arn = ?`)

  return {
    tallies: (): readonly Tally[] => Tallies.parse(selectTallies.all()),

    attempted: (queueArn: string, messageId: string): Attempt | undefined =>
      Attempt.optional().parse(selectAttempt.get(messageId, queueArn)),
  }
}
