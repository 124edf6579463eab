import { type ConsoleEvent, ConsoleEvents, sameEvent } from '../model/event.ts'
import { reuse } from '../model/held.ts'
import { type Mail, Mails, sameMail } from '../model/mail.ts'
import { Status } from '../model/status.ts'
import { type Live, useLive } from './use-live.ts'

const EVENTS = {
  topics: ['events'],
  parse: (json: unknown): readonly ConsoleEvent[] => ConsoleEvents.parse(json),
  merge: (before: readonly ConsoleEvent[], next: readonly ConsoleEvent[]) => reuse(before, next, sameEvent),
} as const

const MAILS = {
  topics: ['emails'],
  parse: (json: unknown): readonly Mail[] => Mails.parse(json),
  merge: (before: readonly Mail[], next: readonly Mail[]) => reuse(before, next, sameMail),
} as const

const STATUS = { topics: ['events', 'emails'], parse: (json: unknown): Status => Status.parse(json) } as const

export interface EventQuery {
  readonly search?: string
  readonly correlationId?: string
  readonly limit: number
}

/** The newest events, kept up to date; none are fetched without a query. */
export function useEvents(query: EventQuery | undefined): Live<readonly ConsoleEvent[]> {
  const parameters = Object.entries(query ?? {}).map(([name, value]) => [name, String(value)])
  return useLive(query && `events?${new URLSearchParams(parameters)}`, EVENTS)
}

/** The newest mails, kept up to date. */
export const useMails = (limit: number): Live<readonly Mail[]> => useLive(`emails?limit=${limit}`, MAILS)

export const useStatus = (): Live<Status> => useLive('status', STATUS)
