import { type EventContract, versionedNameOf } from '../../schemas/event.ts'
import type { Emitter } from '../contracts.ts'

/** Where the documentation tells of something. */
export const linkTo = {
  overview: '/docs/',
  api: '/docs/api/',
  events: '/docs/events/',
  event: (event: EventContract) => `/docs/events/#${versionedNameOf(event)}`,
  consumer: (name: string) => `/docs/#${name}`,
  emitter: ({ name, kind, consumer }: Emitter) =>
    kind === 'route' ? `/docs/api/#${name}` : `/docs/#${consumer ?? name}`,
} as const
