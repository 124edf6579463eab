import type { EventContract } from '../../schemas/event.ts'

/** What a consumer is, in data: everything but its code and its infrastructure. */
export interface ConsumerDeclaration<
  Events extends readonly EventContract[] = readonly EventContract[],
  Emits extends readonly EventContract[] = readonly EventContract[],
> {
  /** One sentence: its job. */
  readonly does: string
  readonly events: Events
  /** What may follow from them: its handler emits these events and no others. */
  readonly emits?: Emits
  /** What doing the job again would do again, in words, for whoever is about to rerun it; `undefined` if nothing. */
  readonly sideEffect?: string
  /** At most so many at a time (2–1000), where something downstream has a limit. */
  readonly maxConcurrency?: number
}

/** Keeps the exact types of its events, by which its functions are checked. */
export function defineConsumer<
  const Events extends readonly EventContract[],
  const Emits extends readonly EventContract[] = readonly [],
>(consumer: ConsumerDeclaration<Events, Emits>): ConsumerDeclaration<Events, Emits> {
  return consumer
}
