import { useEffect, useState } from 'react'
import { type End, follow } from '../registration/follow.ts'
import { CheckInbox } from './check-inbox.tsx'
import { Confirmed } from './confirmed.tsx'
import { Expired } from './expired.tsx'

interface Props {
  readonly email: string
  readonly registrationId: string
  readonly onRegisterAgain: () => void
}

/** After the form is sent: asks for the click, and notices it. */
export function Waiting({ email, registrationId, onRegisterAgain }: Props) {
  const [end, setEnd] = useState<End>()
  useEffect(() => {
    const watch = new AbortController()
    follow(registrationId, watch.signal).then((end) => {
      if (!watch.signal.aborted) setEnd(end)
    })
    return () => watch.abort()
  }, [registrationId])

  if (end === 'confirmed') return <Confirmed isNews />
  if (end === 'gone') return <Expired onRegisterAgain={onRegisterAgain} />
  return <CheckInbox sent={{ email, isWatched: end === undefined, onRegisterAgain }} />
}
