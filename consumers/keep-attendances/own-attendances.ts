import * as z from 'zod'
import type { Answer } from '../../infra/runtime/answers.ts'
import { answerMeetups } from '../../infra/runtime/meetups.ts'
import { pageOf } from '../../infra/runtime/page.ts'
import type { RouteInput } from '../../infra/runtime/route.ts'
import { userOf } from '../../infra/runtime/user.ts'
import { listOwnAttendances } from '../../schemas/attendances.ts'
import type { PageQuery } from '../../schemas/page.ts'

/** The meetups that the caller attends, the latest date first. */
export async function ownAttendances(input: RouteInput<undefined, PageQuery>): Promise<Answer> {
  const { userId } = userOf(input)
  const page = await pageOf(
    {
      name: [listOwnAttendances.name, userId],
      table: 'attendances',
      index: 'byUser',
      partition: ['userId', userId],
      backwards: true,
      position: z.object({ meetupId: z.uuid(), attendsAt: z.iso.datetime() }),
    },
    input.query,
  )
  return answerMeetups(page)
}
