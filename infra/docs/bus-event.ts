import { type EventContract, sourceOf, versionedNameOf } from '../../schemas/event.ts'
import { derivedId } from '../runtime/ids.ts'
import type { Flow } from './asyncapi.ts'

const TIME = '2027-01-15T08:00:00Z'

/**
 * An event's example as it is on the bus, envelope and all. Its ids are derived, so they are the same whenever the
 * documentation is made; one that a consumer emits names as its cause the last
 * of those that the consumer takes.
 */
export function busEventOf(event: EventContract, { emitters, consumers }: Pick<Flow, 'emitters' | 'consumers'>) {
  const emitter = emitters.find(({ kind, emits }) => kind === 'consumer' && emits.includes(event))
  const cause = consumers.find(({ name }) => name === emitter?.name)?.declaration.events.at(-1)
  return {
    version: '0',
    id: idOf(`${versionedNameOf(event)} on the bus`),
    'detail-type': event.name,
    source: sourceOf(event),
    account: '000000000000',
    time: TIME,
    region: 'us-east-1',
    resources: [],
    detail: {
      metadata: {
        eventId: idOf(versionedNameOf(event)),
        correlationId: idOf(event.context),
        ...(cause ? { causationId: idOf(versionedNameOf(cause)) } : {}),
        version: event.version,
        occurredAt: new Date(TIME).toISOString(),
      },
      data: event.example,
    },
  }
}

const idOf = (name: string): string => derivedId('example', name)
