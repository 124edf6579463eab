import * as z from 'zod/mini'

const State = z.enum(['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'])

const replay = {
  name: z.string(),
  state: State,
  reason: z.optional(z.string()),
  /** The times of the events, in epoch seconds. */
  from: z.number(),
  to: z.number(),
  names: z.optional(z.array(z.string())),
  /** Names of rules; none for all. */
  rules: z.array(z.string()),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  endedAt: z.optional(z.number()),
  /** Epoch seconds. */
  lastReplayedTime: z.optional(z.number()),
}

export const Replays = z.object({
  archives: z.array(z.string()),
  consumers: z.array(z.string()),
  replays: z.array(z.object(replay)),
})
export type ReplaySummary = z.infer<typeof Replays>['replays'][number]

export const Replay = z.object({
  ...replay,
  tallies: z.array(z.object({ consumer: z.string(), outcome: z.string(), count: z.number() })),
})
export type Replay = z.infer<typeof Replay>

export const Plan = z.object({
  archive: z.string(),
  from: z.number(),
  to: z.number(),
  names: z.array(z.object({ name: z.string(), count: z.number() })),
  receivers: z.array(
    z.object({
      rule: z.string(),
      description: z.optional(z.string()),
      count: z.number(),
      atMost: z.boolean(),
    }),
  ),
})
export type Plan = z.infer<typeof Plan>

/** What the API is asked for. */
export interface Wish {
  readonly archive?: string
  /** Epoch seconds. */
  readonly from?: number
  readonly to?: number
  readonly place?: number
  readonly names: readonly string[]
  readonly rules: readonly string[]
  readonly rerun: boolean
}

export const isRunning = ({ state }: Pick<Replay, 'state'>): boolean =>
  state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING'

/** How much of its range of times a replay has gone through, from 0 to 1. */
export function progressOf({ state, from, to, lastReplayedTime }: Omit<Replay, 'tallies'>): number {
  if (state === 'COMPLETED') return 1
  if (lastReplayedTime === undefined || to <= from) return 0
  return Math.min(Math.max((lastReplayedTime - from) / (to - from), 0), 1)
}

export interface ConsumerTally {
  readonly consumer: string
  readonly done: number
  readonly duplicate: number
  readonly open: number
  readonly dead: number
}

/** What became of a replay's deliveries, by consumer. */
export function talliesOf({ tallies }: Replay): readonly ConsumerTally[] {
  return [...Map.groupBy(tallies, ({ consumer }) => consumer)].map(([consumer, of]) => {
    const count = (...outcomes: string[]) =>
      of.reduce((sum, each) => (outcomes.includes(each.outcome) ? sum + each.count : sum), 0)
    return {
      consumer,
      done: count('processed'),
      duplicate: count('duplicate'),
      open: count('pending', 'retrying'),
      dead: count('dead'),
    }
  })
}
