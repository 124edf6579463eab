import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { hrefOf } from '../../meetups/address.ts'
import type { Meetup } from '../../meetups/one.ts'
import { stageOf } from '../../meetups/places.ts'
import { CancelDialog } from './cancel-dialog.tsx'
import { Closed } from './closed.tsx'
import { ShareLink } from './share-link.tsx'

interface Props {
  readonly meetup: Meetup
  readonly onChange: () => Promise<void>
}

/** What whoever published a meetup can do about it. */
export function OwnMeetup({ meetup, onChange }: Props) {
  const [isAsked, setIsAsked] = useState(false)
  const title = useRef<HTMLHeadingElement>(null)
  const stage = stageOf(meetup)
  const isOn = stage === 'open' || stage === 'full'

  const onCancelled = async () => {
    await onChange()
    // The button is gone, and the focus with it.
    title.current?.focus()
  }

  return (
    <section className="own" aria-labelledby="own-title">
      <h2 ref={title} id="own-title" tabIndex={-1}>
        Your meetup
      </h2>
      {isOn ? (
        <>
          <p>
            {meetup.privacy === 'public'
              ? 'It is public: anybody finds it among the meetups.'
              : 'It is private: it is in no list, and only who has this link finds it.'}
          </p>
          <ShareLink path={hrefOf(meetup.meetupId)} />
          <Button variant="default" onClick={() => setIsAsked(true)}>
            Cancel this meetup…
          </Button>
        </>
      ) : (
        <Closed stage={stage} />
      )}
      {isAsked && <CancelDialog meetup={meetup} onCancelled={onCancelled} onClose={() => setIsAsked(false)} />}
    </section>
  )
}
