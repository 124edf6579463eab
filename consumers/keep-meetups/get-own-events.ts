import { route } from '../../infra/runtime/route.ts'
import { getOwnEvents } from '../../schemas/old-names.ts'
import { ownMeetups } from './lists.ts'

export const handler = route(getOwnEvents, ownMeetups)
