/** How a consumer fared with a message. */
export type Outcome = 'processed' | 'duplicate' | 'retrying' | 'dead'

/** What became of one attempt to consume a message; `ms` is how long it took. No attempts: it was dead-lettered after the last. */
export interface Settlement {
  readonly queueArn: string
  readonly messageId: string
  readonly outcome: Outcome
  readonly attempts: number
  readonly ms: number
  readonly error?: string
  /** When its function was given the message and when it was done with it, in epoch milliseconds. */
  readonly invokedAt?: number
  readonly endedAt?: number
  /** The message itself: tells whose it is once it came back from the dead letters, which gave it another id. */
  readonly body?: string
}

/** An event that a bus has accepted. */
export interface AcceptedEvent {
  readonly id: string
  readonly bus: string
  /** Its detail-type. */
  readonly name: string
  readonly source: string
  /** Epoch seconds. */
  readonly time: number
  readonly correlationId?: string | undefined
  readonly traceId?: string | undefined
  /** Who has put it there: the access key id that signed the call; undefined for a schedule's. */
  readonly caller?: string | undefined
  /** The event as its targets see it, as JSON text. */
  readonly envelope: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
}

/** Where an event is to go. */
export interface Destination {
  readonly ruleArn: string
  readonly targetId: string
  readonly targetArn: string
  readonly consumer: string
  /** What to send, if it is not the event itself. */
  readonly payload: string | undefined
}

/** One sending of one event to one target of one rule. */
export interface Delivery extends Destination {
  readonly id: number
  readonly eventId: string
  readonly envelope: string
  readonly traceId: string | undefined
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** Times it was tried so far. */
  readonly attempts: number
  /** Not to be sent before (epoch milliseconds); at once if not given. */
  readonly dueAt?: number
}

/** An event with its place in the journal. */
export interface JournalledEvent {
  readonly seq: number
  readonly id: string
  readonly traceId: string | undefined
  readonly envelope: string
}
