import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { namesOf } from '../../infra/names.ts'
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

/** How many were told once, never, and again, and how many were disturbed who did not want to hear of it. */
export async function toldOf(cloud: RunningCloud, crowd: Crowd) {
  const notices = await noticesOf(cloud, crowd)
  const addresses = new Set(crowd.attendees.flatMap(({ hearsAt }) => hearsAt ?? []))
  const counts = [...addresses].map((to) => notices.get(to) ?? 0)
  return {
    once: counts.filter((count) => count === 1).length,
    never: counts.filter((count) => count === 0).length,
    again: counts.filter((count) => count > 1).length,
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
