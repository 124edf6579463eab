import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { redirect } from '../infra/runtime/answers.ts'
import { names } from '../infra/runtime/environment.ts'
import { linkKey } from '../infra/runtime/link-key.ts'
import { produce } from '../infra/runtime/produce.ts'
import { records } from '../infra/runtime/records.ts'
import { verify } from '../infra/runtime/verification-link.ts'
import { confirm, EmailVerified, RegistrationView } from '../schemas/registrations.ts'

const say = (message: string) => redirect(302, `/confirmed.html?${new URLSearchParams({ msg: message })}`)
const Status = RegistrationView.pick({ status: true }).strip()

export const handler = produce(confirm, async ({ query: { token } }, emit) => {
  if (!token) return say('This link is incomplete. Please copy the whole link from the mail.')
  const claim = verify(token, await linkKey())
  if (!claim) return say('This link is not valid. Please use the link from the mail as it is.')
  if (claim.expiresAt * 1000 <= Date.now()) return say('This link has expired. Please register again.')

  const { registrationId } = claim
  const { Item: item } = await records.send(
    new GetCommand({
      TableName: names.table('registrations'),
      Key: { registrationId },
      ConsistentRead: true,
    }),
  )
  const status = Status.safeParse(item).data?.status
  if (status === 'CONFIRMED') return say('This address is already verified. There is nothing left to do.')

  // Also when there is no record: a click may be faster than the consumer that keeps it.
  await emit(EmailVerified, { registrationId }, registrationId)
  if (status === undefined) {
    return say(
      'We do not know this registration yet. If you have just registered it will be confirmed in a moment; otherwise please register again.',
    )
  }
  return redirect(302, '/confirmed.html')
})
