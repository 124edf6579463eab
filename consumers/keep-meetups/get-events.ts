import { route } from '../../infra/runtime/route.ts'
import { getEvents } from '../../schemas/old-names.ts'
import { upcomingMeetups } from './lists.ts'

export const handler = route(getEvents, upcomingMeetups)
