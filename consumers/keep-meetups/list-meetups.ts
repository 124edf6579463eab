import { route } from '../../infra/runtime/route.ts'
import { listMeetups } from '../../schemas/meetups.ts'
import { upcomingMeetups } from './lists.ts'

export const handler = route(listMeetups, upcomingMeetups)
