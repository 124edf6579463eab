import { type ConsumerFunction, consume } from '../../infra/runtime/consume.ts'
import {
  AttendanceConfirmed,
  AttendanceDeclined,
  type AttendanceRequested,
  type AttendanceWithdrawn,
} from '../../schemas/attendances.ts'
import { attend, withdraw } from './attend.ts'
import { consumer } from './consumer.ts'

type Outcome = typeof AttendanceConfirmed | typeof AttendanceDeclined

/**
 * Whoever attends already is confirmed again under the same id as before, so that they hear of it once; and so is told
 * whoever was told nothing, because an earlier attempt died between writing and announcing.
 */
const onRequested: ConsumerFunction<typeof AttendanceRequested, Outcome> = async ({ data, metadata }, { emit }) => {
  const { eventId, occurredAt } = metadata
  const found = await attend({ ...data, requestId: eventId, at: occurredAt })
  const { meetupId, userId } = data
  if (found.status === 'CONFIRMED') {
    await emit(AttendanceConfirmed, { meetupId, userId, email: found.email }, found.requestId)
  } else if (found.status === 'DECLINED' && found.requestId === eventId) {
    await emit(AttendanceDeclined, { meetupId, userId, email: found.email, reason: found.reason }, eventId)
  }
  // Anything else was decided later than this was asked for.
}

const onWithdrawn: ConsumerFunction<typeof AttendanceWithdrawn> = async ({ data, metadata }) =>
  void (await withdraw({ ...data, requestId: metadata.eventId, at: metadata.occurredAt }))

export const handler = consume(consumer, { AttendanceRequested: onRequested, AttendanceWithdrawn: onWithdrawn })
