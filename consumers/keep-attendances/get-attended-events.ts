import { route } from '../../infra/runtime/route.ts'
import { getAttendedEvents } from '../../schemas/old-names.ts'
import { ownAttendances } from './own-attendances.ts'

export const handler = route(getAttendedEvents, ownAttendances)
