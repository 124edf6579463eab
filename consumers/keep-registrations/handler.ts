import { type ConsumerContext, type ConsumerFunction, consume } from '../../infra/runtime/consume.ts'
import { type EmailVerified, RegistrationConfirmed, type RegistrationRequested } from '../../schemas/registrations.ts'
import { consumer } from './consumer.ts'
import { confirm, create, type RegistrationRecord } from './record.ts'

type Context = ConsumerContext<typeof RegistrationConfirmed>

/** The longest that a message can wait in a queue; a verification need not wait longer for its registration. */
const LONGEST_DELAY_SECONDS = 14 * 86_400

const onRequested: ConsumerFunction<typeof RegistrationRequested, typeof RegistrationConfirmed> = async (
  { data },
  context,
) => {
  const found = await create({ status: 'PENDING', ...data })
  const { registrationId, name, email } = data
  const record =
    found?.status === 'EARLY'
      ? await confirm(registrationId, 'EARLY', {
          name,
          email,
          confirmedAt: found.verifiedAt,
        })
      : found
  await announce(record, context)
}

const onVerified: ConsumerFunction<typeof EmailVerified, typeof RegistrationConfirmed> = async (event, context) => {
  const { registrationId } = event.data
  const { occurredAt } = event.metadata
  const record = await confirm(registrationId, 'PENDING', {
    confirmedAt: occurredAt,
  })
  if (record) return announce(record, context)

  const expiresAt = Math.floor(Date.now() / 1000) + LONGEST_DELAY_SECONDS
  const found = await create({
    status: 'EARLY',
    registrationId,
    verifiedAt: occurredAt,
    expiresAt,
  })
  // The registration came in between: now there is something to confirm.
  if (found) return onVerified(event, context)
}

/**
 * Also for a record that was confirmed before: an earlier attempt may have died between writing and announcing. The
 * event's id follows from the registration, so saying it again changes nothing.
 */
async function announce(record: RegistrationRecord | undefined, { emit }: Context): Promise<void> {
  if (record?.status !== 'CONFIRMED') return
  const { status: _, ...data } = record
  await emit(RegistrationConfirmed, data, data.registrationId)
}

export const handler = consume(consumer, {
  RegistrationRequested: onRequested,
  EmailVerified: onVerified,
})
