import { Button, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type * as z from 'zod'
import { ProfileForm, submitProfile } from '../../../schemas/profiles.ts'
import { lookAtProfile, type Profile, profileIn } from '../account/load.ts'
import type { User } from '../account/session.ts'
import { settle } from '../account/settle.ts'
import { session } from '../account/use-session.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { Form } from './form.tsx'
import { LATE, Saved } from './saved.tsx'

interface Props {
  readonly user: User
  readonly initial: Profile | undefined
}

/** One's own profile: shown once there is one, to be changed. */
export function ProfileCard({ user, initial }: Props) {
  const [profile, setProfile] = useState(initial)
  const [isEdited, setIsEdited] = useState(initial === undefined)
  const [isSaved, setIsSaved] = useState(false)
  const change = useRef<HTMLButtonElement>(null)
  const isBack = useRef(false)

  useEffect(() => {
    // The form is gone, and with it the focus.
    if (!isEdited && isBack.current) change.current?.focus()
    isBack.current = isEdited
  }, [isEdited])

  const send = async (form: z.output<typeof ProfileForm>, idempotencyKey: string): Promise<Failure | undefined> => {
    const answer = await session.call(submitProfile, { body: form, idempotencyKey })
    if (answer.status !== 202) return failureOf(answer, Object.keys(form))
    const isThere = await settle(
      () => lookAtProfile(user),
      (answer) => profileIn(answer)?.name === form.name,
    )
    if (!isThere) return LATE
    setProfile({ userId: user.userId, name: form.name, email: user.email })
    setIsSaved(true)
    setIsEdited(false)
    return undefined
  }

  const edit = () => {
    setIsSaved(false)
    setIsEdited(true)
  }

  return (
    <section className="card facts" aria-labelledby="profile-title">
      <h2 id="profile-title">Profile</h2>
      {!profile && <p>You have no profile yet. Others will see the name that you give here, and never your address.</p>}
      {isEdited || !profile ? (
        <Form
          schema={ProfileForm}
          label="Profile"
          submit={profile ? 'Save' : 'Create profile'}
          busy="Saving…"
          send={send}
          aside={
            profile && (
              <Button variant="default" onClick={() => setIsEdited(false)}>
                Cancel
              </Button>
            )
          }
        >
          {(field) => (
            <TextInput
              label="Name"
              autoComplete="name"
              required
              defaultValue={profile?.name ?? user.name}
              {...field('name')}
            />
          )}
        </Form>
      ) : (
        <>
          <dl>
            <dt>Name</dt>
            <dd>{profile.name}</dd>
            <dt>E-mail address</dt>
            <dd>{profile.email ?? user.email}</dd>
          </dl>
          <div className="actions">
            <Button ref={change} variant="default" onClick={edit}>
              Change name
            </Button>
          </div>
        </>
      )}
      <Saved isSaved={isSaved} />
    </section>
  )
}
