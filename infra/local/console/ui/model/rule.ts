import * as z from 'zod/mini'

const FieldVerdict = z.object({
  path: z.string(),
  expected: z.string(),
  /** None if the event has no such field. */
  actual: z.optional(z.unknown()),
  matched: z.boolean(),
})
export type FieldVerdict = z.infer<typeof FieldVerdict>

const Verdict = z.object({
  rule: z.string(),
  enabled: z.boolean(),
  matched: z.boolean(),
  targets: z.array(z.string()),
  fields: z.array(FieldVerdict),
})
export type Verdict = z.infer<typeof Verdict>
export const Verdicts = z.object({ rules: z.array(Verdict) })

/** Those that take the event first, then those that come closest to it. */
export const byCloseness = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.toSorted((one, other) => distance(one) - distance(other) || (one.rule < other.rule ? -1 : 1))

const distance = ({ matched, fields }: Verdict): number =>
  matched ? -1 : fields.filter((field) => !field.matched).length / Math.max(fields.length, 1)

/** Whether a rule is about events of this name and source at all. */
export const isOfKind = ({ fields }: Verdict): boolean =>
  fields.every(({ path, matched }) => matched || (path !== 'source' && path !== 'detail-type'))

/** What a rule says to an event, in a sentence. */
export function summary({ enabled, matched, fields, targets }: Verdict): string {
  if (matched && !enabled) return 'would take it, but is disabled'
  if (matched) return targets.length === 0 ? 'takes it, but has no target' : 'takes it'
  const missed = fields.filter((field) => !field.matched)
  return `does not take it: ${missed.map(({ path }) => path || 'the combination').join(', ')}`
}
