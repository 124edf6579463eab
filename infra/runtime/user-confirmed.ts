import * as z from 'zod'
import { UserConfirmed } from '../../schemas/accounts.ts'

const { shape } = UserConfirmed.data
/** A name that the user pool took and we would not is nothing to lock somebody out for. */
const Name = shape.name.catch(undefined)

/** As Cognito spells them: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const Attributes = z.object({ sub: shape.userId, email: shape.email, name: Name, given_name: Name, family_name: Name })

/** The data of `UserConfirmed` for a user of the pool. Throws a `ZodError` if the pool does not say who it is. */
export function userConfirmed(username: string, attributes: unknown): z.output<typeof UserConfirmed.data> {
  const { sub, email, name, given_name: givenName, family_name: familyName } = Attributes.parse(attributes)
  const data = { userId: sub, username, email, name, givenName, familyName, confirmedAt: new Date().toISOString() }
  return UserConfirmed.data.parse(data)
}
