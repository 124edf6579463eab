import * as z from 'zod/mini'

const DeadLetter = z.object({
  messageId: z.string(),
  sentAt: z.number(),
  event: z.string(),
  eventId: z.optional(z.string()),
  correlationId: z.optional(z.string()),
  why: z.string(),
  attempts: z.optional(z.number()),
  redriveTo: z.optional(z.string()),
})
export type DeadLetter = z.infer<typeof DeadLetter>

const DeadLetterQueue = z.object({
  name: z.string(),
  feeds: z.array(z.object({ kind: z.enum(['failed', 'undelivered', 'stream']), owner: z.string() })),
  count: z.number(),
  /** When the newest was sent, listed or not. */
  until: z.optional(z.number()),
  letters: z.array(DeadLetter),
})
export type DeadLetterQueue = z.infer<typeof DeadLetterQueue>
export const DeadLetterQueues = z.array(DeadLetterQueue)

export const DeadLetterBody = z.object({ body: z.unknown() })

interface Reason {
  readonly why: string
  readonly letters: readonly DeadLetter[]
  /** Epoch milliseconds. */
  readonly first: number
  readonly last: number
}

/** Dead letters by why they are, the most frequent reason first. */
export function byReason(letters: readonly DeadLetter[]): readonly Reason[] {
  return [...Map.groupBy(letters, ({ why }) => why)]
    .map(([why, group]) => {
      const times = group.map(({ sentAt }) => sentAt)
      return { why, letters: group, first: Math.min(...times), last: Math.max(...times) }
    })
    .sort((a, b) => b.letters.length - a.letters.length)
}

const KINDS = {
  failed: (owner: string) => `${owner} could not do them`,
  undelivered: (owner: string) => `could not be delivered to ${owner}`,
  stream: (owner: string) => `changes of a table that ${owner} gave up on`,
}

/** In words, whose dead letters a queue takes. */
export const describeFeeds = ({ feeds }: DeadLetterQueue): string =>
  feeds.map(({ kind, owner }) => KINDS[kind](owner)).join(', ')
