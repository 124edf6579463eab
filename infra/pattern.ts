import { type EventContract, sourceOf } from '../schemas/event.ts'
import { events as everyEvent } from './contracts.ts'

/**
 * Matches these events and no others; of several sources each is bound to its own names. The version is matched only
 * where the event has several in the checkout.
 */
export function patternOf(events: readonly EventContract[], declared: readonly EventContract[] = everyEvent): object {
  const hasVersions = (event: EventContract) =>
    [...declared, ...events].some((other) => isSameEvent(other, event) && other.version !== event.version)
  const keyOf = (event: EventContract) => `${sourceOf(event)} ${hasVersions(event) ? event.name : ''}`
  const patterns = Object.values(Object.groupBy(events, keyOf)).flatMap((contracts = []) => {
    const [first] = contracts
    if (!first) return []
    const versions = contracts.map(({ version }) => version)
    return {
      source: [sourceOf(first)],
      'detail-type': [...new Set(contracts.map(({ name }) => name))],
      ...(hasVersions(first) ? { detail: { metadata: { version: versions } } } : {}),
    }
  })
  const [only] = patterns
  return patterns.length === 1 && only ? only : { $or: patterns }
}

const isSameEvent = (one: EventContract, other: EventContract): boolean =>
  one.name === other.name && one.context === other.context
