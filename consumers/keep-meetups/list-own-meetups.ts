import { route } from '../../infra/runtime/route.ts'
import { listOwnMeetups } from '../../schemas/meetups.ts'
import { ownMeetups } from './lists.ts'

export const handler = route(listOwnMeetups, ownMeetups)
