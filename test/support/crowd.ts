import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { namesOf } from '../../infra/names.ts'
import { AttendanceCancelled } from '../../schemas/attendances.ts'
import { type Account, call } from './account.ts'
import { clientConfig } from './client-config.ts'
import type { RunningCloud } from './cloud.ts'
import { keptMeetup } from './meetups.ts'
import { putAll } from './put-all.ts'
import { until } from './until.ts'

const names = namesOf('dev')

/** Whoever attends, and where they want to hear of it: an address, a number, or nowhere. */
interface Attendee {
  readonly userId: string
  readonly email: string
  readonly hearsAt: string | undefined
  readonly preferences: Readonly<Record<string, string>> | undefined
}

/** A meetup with many who attend it. */
export interface Crowd {
  readonly meetupId: string
  readonly title: string
  readonly attendees: readonly Attendee[]
}

/** Of ten people two want text messages, one wants nothing, and of the others half never said what they want. */
function attendee(index: number): Attendee {
  const userId = randomUUID()
  const email = `${userId}@example.com`
  const phone = `+1415${String(5_550_000 + index)}`
  const kind = index % 10
  if (kind < 2) return { userId, email, hearsAt: phone, preferences: { channel: 'SMS', phone } }
  if (kind === 2) return { userId, email, hearsAt: undefined, preferences: { channel: 'NONE' } }
  return { userId, email, hearsAt: email, preferences: kind < 6 ? { channel: 'EMAIL' } : undefined }
}

/** A meetup of this user's that so many attend, written straight into the tables. */
export async function gatherCrowd({ endpoint }: RunningCloud, creator: Account, size: number): Promise<Crowd> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)))
  const counted = { maxAttendees: size, attending: size, title: `Crowded ${randomUUID()}` }
  const meetup = keptMeetup({ creatorId: creator.userId, ...counted })
  const { meetupId, title, startsAt: attendsAt } = meetup
  const attendees = Array.from({ length: size }, (_, index) => attendee(index))
  const decided = { meetupId, status: 'CONFIRMED', at: '2027-01-15T08:00:00.000Z', attendsAt }
  await putAll(client, names.table('meetups'), [meetup])
  await putAll(
    client,
    names.table('attendances'),
    attendees.map(({ userId, email }) => ({ ...decided, userId, email, requestId: randomUUID() })),
  )
  await putAll(
    client,
    names.table('preferences'),
    attendees.flatMap(({ userId, preferences }) => (preferences ? [{ userId, ...preferences }] : [])),
  )
  client.destroy()
  return { meetupId, title, attendees }
}

/** Asks for the cancellation of the crowd's meetup; throws if that is refused. */
export async function cancelMeetup(cloud: RunningCloud, { idToken }: Account, { meetupId }: Crowd): Promise<void> {
  const { status } = await call(cloud, 'DELETE', `/api/meetups/${meetupId}`, { token: idToken })
  if (status !== 202) throw new Error(`Refused with ${status}`)
}

/** How often somebody was told of the cancellation, by address or number. */
async function noticesOf(cloud: RunningCloud, { title }: Crowd): Promise<ReadonlyMap<string, number>> {
  const notices = (await cloud.emails()).filter(({ subject, text }) =>
    (subject === 'SMS' ? text : subject).startsWith(`Cancelled: ${title}`),
  )
  const groups = Map.groupBy(notices, ({ to }) => to)
  return new Map([...groups].map(([to, those]) => [to, those.length]))
}

/** Whose notices were handed out more than once. */
async function handedOutAgain(cloud: RunningCloud): Promise<ReadonlySet<unknown>> {
  const events = await cloud.events({ name: AttendanceCancelled.name, limit: '10000' })
  const again = events.filter(({ deliveries }) => deliveries.some(({ attempts }) => attempts > 1))
  return new Set(again.map(({ detail }) => detail.data.userId))
}

/**
 * How many were told once or never, and how many were disturbed who did not want to hear of it. `inHand`: how many
 * were told twice because the cloud died when their notice was sent and not yet noted as sent, which is no single write
 * anywhere; `again`: how many for any other reason.
 */
export async function toldOf(cloud: RunningCloud, crowd: Crowd) {
  const [notices, handedOut] = await Promise.all([noticesOf(cloud, crowd), handedOutAgain(cloud)])
  const wanted = crowd.attendees.filter(({ hearsAt }) => hearsAt !== undefined)
  const timesOf = ({ hearsAt = '' }: Attendee) => notices.get(hearsAt) ?? 0
  const twice = wanted.filter((attendee) => timesOf(attendee) > 1)
  const inHand = twice.filter(({ userId }) => handedOut.has(userId)).length
  const addresses = new Set(wanted.map(({ hearsAt }) => hearsAt))
  return {
    once: wanted.filter((attendee) => timesOf(attendee) === 1).length,
    never: wanted.filter((attendee) => timesOf(attendee) === 0).length,
    inHand,
    again: twice.length - inHand,
    disturbed: [...notices.keys()].filter((to) => !addresses.has(to)).length,
  }
}

/** Resolves when so many mails and messages have been sent. */
export const untilSent = (cloud: RunningCloud, count: number): Promise<void> =>
  until(
    async () => {
      const response = await fetch(`${cloud.siteUrl}/_console/api/emails?limit=${count}`)
      const sent = z.array(z.unknown()).parse(await response.json())
      if (sent.length < count) throw new Error(`${sent.length} of ${count} mails and messages are sent`)
    },
    600_000,
    // Each look is at all of them.
    200,
  )
