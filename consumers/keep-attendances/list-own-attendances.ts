import { route } from '../../infra/runtime/route.ts'
import { listOwnAttendances } from '../../schemas/attendances.ts'
import { ownAttendances } from './own-attendances.ts'

export const handler = route(listOwnAttendances, ownAttendances)
