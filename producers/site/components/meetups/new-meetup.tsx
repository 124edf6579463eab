import { useRef, useState } from 'react'
import type { MeetupForm as Form } from '../../../../schemas/meetups.ts'
import { forgetDraft } from '../../meetups/draft.ts'
import { type Accepted, publish } from '../../meetups/publish.ts'
import { AccountPage } from '../account-page.tsx'
import { Loading } from '../loading.tsx'
import { LoggedIn } from '../logged-in.tsx'
import { MeetupForm } from './meetup-form.tsx'
import { Publishing } from './publishing.tsx'

const LEAD = 'Say when and where, and how many people it is for. It is to be found a moment later.'

/** /new-meetup.html */
export const NewMeetup = () => (
  <LoggedIn
    loading={
      <AccountPage title="Publish a meetup" lead={LEAD}>
        <Loading>Looking who you are…</Loading>
      </AccountPage>
    }
  >
    <Open />
  </LoggedIn>
)

interface Sent extends Accepted {
  readonly form: Form
  readonly idempotencyKey: string
  readonly picture: File | undefined
}

function Open() {
  const [sent, setSent] = useState<Sent>()
  /** The browser's, so it is not among the values of the form. */
  const picture = useRef<File>(undefined)

  const send = async (form: Form, idempotencyKey: string) => {
    const outcome = await publish(form, idempotencyKey)
    if (!('meetupId' in outcome)) return outcome
    forgetDraft()
    setSent({ ...outcome, form, idempotencyKey, picture: picture.current })
    return undefined
  }
  const newUpload = async (): Promise<Accepted['upload']> => {
    const outcome = sent && (await publish(sent.form, sent.idempotencyKey))
    return outcome && 'meetupId' in outcome ? outcome.upload : undefined
  }

  if (sent) return <Publishing {...sent} isPublic={sent.form.privacy === 'public'} newUpload={newUpload} />
  return (
    <AccountPage title="Publish a meetup" lead={LEAD}>
      <MeetupForm
        send={send}
        onPicture={(file) => {
          picture.current = file
        }}
      />
    </AccountPage>
  )
}
