import { randomUUID } from 'node:crypto'
import type { MeetupRecord } from '../../infra/runtime/meetups.ts'
import { MeetupSubmitted, startOf } from '../../schemas/meetups.ts'

/** The keys and indexes of the tables of meetups, for a DynamoDB of one's own. */
export const MEETUP_TABLES = {
  meetups: {
    key: 'meetupId',
    indexes: {
      upcoming: { key: 'listed', sortedBy: 'startsAt', keysOnly: true },
      byCreator: { key: 'creatorId', sortedBy: 'startsAt', keysOnly: true },
    },
  },
  attendances: {
    key: 'meetupId',
    sortedBy: 'userId',
    indexes: { byUser: { key: 'userId', sortedBy: 'attendsAt', keysOnly: true } },
  },
  idempotency: 'id',
} as const

/** What a new meetup is submitted with. */
export const newMeetup = (differences: Partial<typeof MeetupSubmitted.example> = {}) => ({
  ...MeetupSubmitted.example,
  meetupId: randomUUID() as string,
  creatorId: randomUUID() as string,
  ...differences,
})

/** A meetup as the table has it: published, public, and nobody attends. */
export const keptMeetup = (differences: Partial<MeetupRecord> = {}): MeetupRecord => {
  const meetup = newMeetup()
  return {
    ...meetup,
    startsAt: startOf(meetup).toISOString(),
    status: 'PUBLISHED',
    listed: 'public',
    attending: 0,
    ...differences,
  }
}
