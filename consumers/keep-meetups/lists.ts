import type { Answer } from '../../infra/runtime/answers.ts'
import { answerMeetups, MeetupPosition } from '../../infra/runtime/meetups.ts'
import { pageOf } from '../../infra/runtime/page.ts'
import type { RouteInput } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { listMeetups, listOwnMeetups } from '../../schemas/meetups.ts'
import type { PageQuery } from '../../schemas/page.ts'

type Input = RouteInput<undefined, PageQuery>

const inMeetups = { table: 'meetups', position: MeetupPosition }

/** The public meetups that are yet to come, soonest first. */
export async function upcomingMeetups({ query }: Input): Promise<Answer> {
  const page = await pageOf(
    {
      ...inMeetups,
      name: [listMeetups.name],
      index: 'upcoming',
      partition: ['listed', 'public'],
      after: ['startsAt', new Date().toISOString()],
    },
    query,
  )
  // The index is a moment behind.
  return answerMeetups(page, ({ listed }) => listed !== undefined)
}

/** Those that the caller published, the latest date first. */
export async function ownMeetups(input: Input): Promise<Answer> {
  const { userId } = userOf(input)
  const page = await pageOf(
    {
      ...inMeetups,
      name: [listOwnMeetups.name, userId],
      index: 'byCreator',
      partition: ['creatorId', userId],
      backwards: true,
    },
    input.query,
  )
  return answerMeetups(page)
}
