import { TextInput } from '@mantine/core'
import { useState } from 'react'
import * as z from 'zod'
import { changePreferences, PreferencesForm } from '../../../schemas/accounts.ts'
import { lookAtPreferences, type Preferences, preferencesIn } from '../account/load.ts'
import type { User } from '../account/session.ts'
import { settle } from '../account/settle.ts'
import { session } from '../account/use-session.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { Choices } from './choices.tsx'
import { Form } from './form.tsx'
import { LATE, Saved } from './saved.tsx'

interface Props {
  readonly user: User
  readonly initial: Preferences
}

const CHOICES = [
  { value: 'EMAIL', title: 'E-mail', text: ({ email }: User) => `To ${email}` },
  { value: 'SMS', title: 'SMS', text: () => 'To your telephone' },
  { value: 'NONE', title: 'Nothing', text: () => 'No notifications' },
] as const

/** A telephone number may be typed as it is written, with spaces and the like in it. */
const PreferencesAsTyped = z.preprocess((typed) => {
  const { data } = z.looseObject({ phone: z.string() }).safeParse(typed)
  return data ? { ...data, phone: data.phone.replace(/[\s()./-]/g, '') } : typed
}, PreferencesForm)

/** How somebody wants to be notified. */
export function PreferencesCard({ user, initial }: Props) {
  const [channel, setChannel] = useState(initial.channel)
  const [isSaved, setIsSaved] = useState(false)

  const send = async (form: z.output<typeof PreferencesForm>, idempotencyKey: string): Promise<Failure | undefined> => {
    setIsSaved(false)
    const answer = await session.call(changePreferences, { body: form, idempotencyKey })
    if (answer.status !== 202) return failureOf(answer, ['phone'])
    const isThere = await settle(lookAtPreferences, (answer) => {
      const now = preferencesIn(answer)
      return now?.channel === form.channel && now.phone === form.phone
    })
    if (!isThere) return LATE
    setIsSaved(true)
    return undefined
  }

  const choose = (channel: Preferences['channel']) => {
    setChannel(channel)
    setIsSaved(false)
  }

  return (
    <section className="card facts" aria-labelledby="preferences-title">
      <h2 id="preferences-title">Notifications</h2>
      <Form schema={PreferencesAsTyped} label="Notifications" submit="Save" busy="Saving…" send={send}>
        {(field) => (
          <>
            <Choices
              name="channel"
              legend="How do you want to hear from us?"
              choices={CHOICES.map(({ text, ...choice }) => ({ ...choice, text: text(user) }))}
              value={channel}
              onChange={choose}
            />
            {channel === 'SMS' && (
              <TextInput
                label="Telephone number"
                description="With its country first, like +1 415 555 0123."
                type="tel"
                autoComplete="tel"
                required
                defaultValue={initial.phone}
                {...field('phone')}
              />
            )}
            <p className="aside">Mail about the account itself, such as a code, comes whatever you choose.</p>
          </>
        )}
      </Form>
      <Saved isSaved={isSaved} />
    </section>
  )
}
