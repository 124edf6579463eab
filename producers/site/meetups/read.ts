import { listOwnAttendances } from '../../../schemas/attendances.ts'
import { listMeetups, listOwnMeetups, Meetups, type MeetupView } from '../../../schemas/meetups.ts'
import { session } from '../account/use-session.ts'
import { type Answer, call, type Request } from '../api/call.ts'
import { troubleOf } from '../api/failure.ts'
import type { ReadPage } from '../api/use-list.ts'

/** So that three columns, or two, come out even. */
const LIMIT = '12'

const pagesBy =
  (ask: (request: Request) => Promise<Answer>): ReadPage<MeetupView> =>
  async (cursor) => {
    const answer = await ask({ query: { limit: LIMIT, ...(cursor === undefined ? {} : { cursor }) } })
    const { data } = Meetups.safeParse(answer.body)
    return answer.status === 200 && data ? { items: data.meetups, cursor: data.cursor } : { trouble: troubleOf(answer) }
  }

/** The public meetups that are yet to come, soonest first. */
export const readUpcoming = pagesBy((request) => call(listMeetups, request))

/** Those that whoever is logged in published, the latest date first. */
export const readOwn = pagesBy((request) => session.call(listOwnMeetups, request))

/** Those that they attend. */
export const readAttended = pagesBy((request) => session.call(listOwnAttendances, request))
