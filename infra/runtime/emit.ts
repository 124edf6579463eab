import { setTimeout as delay } from 'node:timers/promises'
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type * as z from 'zod'
import { type EventContract, sourceOf } from '../../schemas/event.ts'
import { names } from './environment.ts'
import { type Cause, detailFor, type NewEvent, newEvent } from './new-event.ts'

const client = new EventBridgeClient({})
const ENTRIES_PER_CALL = 10
const ATTEMPTS = 4

/** Emits one event of those that are declared; see `newEvent` for its id. */
export type Emit<Declared extends EventContract> = <Contract extends Declared>(
  contract: Contract,
  data: z.input<Contract['data']>,
  key: string,
  cause: Cause,
) => Promise<void>

/** The same for many events of one kind, ten a call. */
export type EmitAll<Declared extends EventContract> = <Contract extends Declared>(
  contract: Contract,
  events: readonly { readonly data: z.input<Contract['data']>; readonly key: string }[],
  cause: Cause,
) => Promise<void>

/**
 * The way to the bus for whoever declares what it emits: a route, a consumer, a function. Throws for any other event, for
 * which IAM would have no permission either, and otherwise as `emit` does.
 */
export const allEmitterOf =
  <const Emits extends readonly EventContract[]>({ emits }: { readonly emits?: Emits }): EmitAll<Emits[number]> =>
  async (contract, events, cause) => {
    if (!emits?.includes(contract)) throw new Error(`${contract.name} is not declared: add it to \`emits\``)
    await emit(...events.map(({ data, key }) => newEvent(contract, data, key, cause)))
  }

/** The same for one event at a time. */
export function emitterOf<const Emits extends readonly EventContract[]>(declaration: {
  readonly emits?: Emits
}): Emit<Emits[number]> {
  const emitAll = allEmitterOf(declaration)
  return (contract, data, key, cause) => emitAll(contract, [{ data, key }], cause)
}

/**
 * Puts events on the bus, at most ten a call, and repeats only the entries that failed. Validates each first.
 * Throws if one is invalid, or if any entry still fails after four attempts: the caller must not report success.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function emit(...events: readonly NewEvent[]): Promise<void> {
  const entries = events.map(toEntry)
  for (let from = 0; from < entries.length; from += ENTRIES_PER_CALL) {
    await put(entries.slice(from, from + ENTRIES_PER_CALL))
  }
}

function toEntry(event: NewEvent): PutEventsRequestEntry {
  const { contract, metadata } = event
  return {
    EventBusName: names.bus,
    Source: sourceOf(contract),
    DetailType: contract.name,
    Time: new Date(metadata.occurredAt),
    Detail: JSON.stringify(detailFor(event)),
  }
}

async function put(entries: readonly PutEventsRequestEntry[]): Promise<void> {
  let left = entries
  for (let attempt = 1; ; attempt++) {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries: [...left] }))
    // Only what has an id is on the bus, whatever else an answer says or leaves out.
    const errors = left.map((_, index) =>
      results[index]?.EventId === undefined ? (results[index]?.ErrorCode ?? 'NoAnswer') : undefined,
    )
    left = left.filter((_, index) => errors[index] !== undefined)
    if (left.length === 0) return
    if (attempt === ATTEMPTS) {
      throw new Error(`EventBridge refused ${left.length} event(s): ${errors.filter(Boolean).join(', ')}`)
    }
    await delay(50 * 2 ** attempt * (0.5 + Math.random()))
  }
}
