import { Related } from '../model/chain.ts'
import { ConsoleEvent, Found, sameEvent } from '../model/event.ts'
import { Executions } from '../model/execution.ts'
import { reuse } from '../model/held.ts'
import { type Mail, Mails, sameMail } from '../model/mail.ts'
import { Verdicts } from '../model/rule.ts'
import { Status } from '../model/status.ts'
import { type Live, useLive } from './use-live.ts'

type Events = readonly ConsoleEvent[]

const EVENTS = {
  topics: ['events'],
  parse: (json: unknown): Events => Found.parse(json).events,
  merge: (before: Events, next: Events) => reuse(before, next, sameEvent),
} as const

const EVENT = { topics: [], parse: (json: unknown) => ConsoleEvent.parse(json) } as const

const MAILS = {
  topics: ['emails'],
  parse: (json: unknown): readonly Mail[] => Mails.parse(json),
  merge: (before: readonly Mail[], next: readonly Mail[]) => reuse(before, next, sameMail),
} as const

const STATUS = {
  topics: ['events', 'emails', 'executions'],
  parse: (json: unknown): Status => Status.parse(json),
} as const

// What chains have to do with one, and what rules say, changes too seldom to be asked for at every event.
const RELATED = { topics: [], everyMs: 5000, parse: (json: unknown) => Related.parse(json).shared } as const
const EXECUTIONS = { topics: ['executions'], parse: (json: unknown) => Executions.parse(json).executions } as const
const VERDICTS = { topics: [], parse: (json: unknown) => Verdicts.parse(json).rules } as const

/** The newest events, kept up to date. */
export const useNewest = (limit: number): Live<Events> => useLive(`log?limit=${limit}`, EVENTS)

/** What one request caused, newest first, kept up to date. */
export const useChain = (correlationId: string): Live<Events> =>
  useLive(`chains/${encodeURIComponent(correlationId)}`, EVENTS)

/** The chains that have an id in common with one. */
export const useRelated = (correlationId: string) =>
  useLive(`chains/${encodeURIComponent(correlationId)}/related`, RELATED)

/** The executions that events of a chain have started, newest first, kept up to date. */
export const useExecutionsOf = (correlationId: string) =>
  useLive(`executions?${new URLSearchParams({ correlationId })}`, EXECUTIONS)

/** One event, kept up to date; none is fetched without an id. Once its place is known it need not be looked for again. */
export function useEvent(id: string | undefined): Live<ConsoleEvent> {
  const found = useLive(id === undefined ? undefined : `log/${encodeURIComponent(id)}`, EVENT)
  const { data: present } = useLive(found.data && `log/at?places=${found.data.place}`, EVENTS)
  return { ...found, data: present?.[0] ?? found.data }
}

/** What each rule says to the event at a place. */
export const useVerdicts = (place: number) => useLive(`log/${place}/rules`, VERDICTS)

/** The newest mails, all or those to one address, kept up to date. */
export const useMails = (limit: number, to: string): Live<readonly Mail[]> =>
  useLive(`emails?${new URLSearchParams({ limit: String(limit), to })}`, MAILS)

export const useStatus = (): Live<Status> => useLive('status', STATUS)
