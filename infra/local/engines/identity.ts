import * as z from 'zod'
import { parsed } from './parsed.ts'

const Identified = z.object({ detail: z.object({ metadata: z.object({ eventId: z.string() }) }) })

/** The own id of the event in a message; `undefined` if there is none. */
export const eventIdIn = (message: string): string | undefined =>
  Identified.safeParse(parsed(message)).data?.detail.metadata.eventId

/** What a message is about: the event's own id if it has one, else all of it. */
export const identityOf = (message: string): string => eventIdIn(message) ?? message
