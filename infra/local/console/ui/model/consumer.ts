import * as z from 'zod/mini'

const Fault = z.object({ count: z.union([z.number(), z.literal('all')]), point: z.enum(['before', 'after']) })
export type Fault = z.infer<typeof Fault>
export const OptionalFault = z.optional(Fault)

const Consumer = z.object({
  id: z.string(),
  name: z.string(),
  isEnabled: z.boolean(),
  events: z.array(z.string()),
  pattern: z.optional(z.string()),
  /** What it reads, in words. */
  source: z.string(),
  queue: z.optional(
    z.object({
      waiting: z.number(),
      inProgress: z.number(),
      delayed: z.number(),
      oldestSentAt: z.optional(z.number()),
    }),
  ),
  /** What hands it events, and can be paused. */
  reader: z.optional(z.object({ id: z.string(), state: z.enum(['Enabled', 'Enabling', 'Disabled', 'Disabling']) })),
  function: z.optional(z.string()),
  fault: OptionalFault,
  deadLetters: z.number(),
  /** Of its newest deliveries. */
  lately: z.optional(
    z.object({
      pending: z.number(),
      processed: z.number(),
      duplicate: z.number(),
      retrying: z.number(),
      dead: z.number(),
      averageMs: z.nullable(z.number()),
      p99Ms: z.nullable(z.number()),
    }),
  ),
})
export type Consumer = z.infer<typeof Consumer>
export const Consumers = z.array(Consumer)

/** In words, which invocations are to fail, and when. */
export function describeFault({ count, point }: Fault): string {
  const which = count === 'all' ? 'all fail' : count === 1 ? 'the next one fails' : `the next ${count} fail`
  return `${which} on purpose${point === 'after' ? ', after the work' : ''}`
}
