import type * as z from 'zod'
import { getPreferences, PreferencesView } from '../../../schemas/accounts.ts'
import { getProfile, ProfileView } from '../../../schemas/profiles.ts'
import type { Answer } from '../api/call.ts'
import { type Trouble, troubleOf } from '../api/failure.ts'
import type { User } from './session.ts'
import { session } from './use-session.ts'

export type Profile = z.output<typeof ProfileView>
export type Preferences = z.output<typeof PreferencesView>

export interface Account {
  readonly user: User
  /** There is none until it is submitted for the first time. */
  readonly profile: Profile | undefined
  readonly preferences: Preferences
}

/** All that the account page shows, or what is in the way. */
export async function loadAccount(): Promise<Account | { readonly trouble: Trouble }> {
  const user = await session.user()
  if ('status' in user) return { trouble: troubleOf(user) }
  const [profileAnswer, preferencesAnswer] = await Promise.all([lookAtProfile(user), lookAtPreferences()])
  const profile = profileIn(profileAnswer)
  if (!profile && profileAnswer.status !== 404) return { trouble: troubleOf(profileAnswer) }
  const preferences = preferencesIn(preferencesAnswer)
  if (!preferences) return { trouble: troubleOf(preferencesAnswer) }
  return { user, profile, preferences }
}

/** Asks for the profile of a user. */
export const lookAtProfile = ({ userId }: User): Promise<Answer> => session.call(getProfile, { params: { id: userId } })

/** The profile in an answer, if it is one. */
export const profileIn = ({ body }: Answer): Profile | undefined => ProfileView.safeParse(body).data

/** Asks how one wants to be notified. */
export const lookAtPreferences = (): Promise<Answer> => session.call(getPreferences)

/** The same in an answer, if it is one. */
export const preferencesIn = ({ body }: Answer): Preferences | undefined => PreferencesView.safeParse(body).data
