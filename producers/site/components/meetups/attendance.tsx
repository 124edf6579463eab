import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { AttendanceView } from '../../../../schemas/attendances.ts'
import { loginFor } from '../../account/next-page.ts'
import type { User } from '../../account/session.ts'
import { session, useSession } from '../../account/use-session.ts'
import { type Trouble, troubleOf } from '../../api/failure.ts'
import { hrefOf } from '../../meetups/address.ts'
import { lookAtAttendance } from '../../meetups/attendance.ts'
import type { Meetup } from '../../meetups/one.ts'
import { stageOf } from '../../meetups/places.ts'
import { Loading } from '../loading.tsx'
import { Notice } from '../notice.tsx'
import { Closed } from './closed.tsx'
import { OwnMeetup } from './own-meetup.tsx'
import { Place } from './place.tsx'

interface Props {
  readonly meetup: Meetup
  /** The meetup is not what it was: places, or whether it takes place. */
  readonly onChange: () => Promise<void>
}

/** What whoever looks can do about a meetup: attend, leave, or, if it is theirs, cancel. */
export function Attendance(props: Props) {
  const login = useSession()
  if (!login) return null
  return login.state === 'open' ? <Member key={login.id} {...props} /> : <Stranger {...props} />
}

function Stranger({ meetup }: Props) {
  const stage = stageOf(meetup)
  if (stage !== 'open') return <Closed stage={stage} />
  return (
    <>
      <Button component="a" href={loginFor(hrefOf(meetup.meetupId))}>
        Attend
      </Button>
      <p className="aside">You are asked to log in first, and led back to this page.</p>
    </>
  )
}

type Known = { readonly user: User; readonly attendance: AttendanceView }

async function lookAtBoth(meetupId: string): Promise<Known | { readonly trouble: Trouble }> {
  const [user, attendance] = await Promise.all([session.user(), lookAtAttendance(meetupId)])
  if ('status' in user) return { trouble: troubleOf(user) }
  return 'trouble' in attendance ? attendance : { user, attendance }
}

function Member({ meetup, onChange }: Props) {
  const { meetupId } = meetup
  const [known, setKnown] = useState<Known | { readonly trouble: Trouble }>()
  useEffect(() => {
    if (known) return
    let isWanted = true
    lookAtBoth(meetupId).then((known) => isWanted && setKnown(known))
    return () => {
      isWanted = false
    }
  }, [meetupId, known])

  if (!known) return <Loading>Looking whether you attend…</Loading>
  if ('trouble' in known) {
    return (
      <>
        <Notice {...known.trouble} />
        <Button onClick={() => setKnown(undefined)}>Try again</Button>
      </>
    )
  }
  if (known.user.userId === meetup.creatorId) return <OwnMeetup meetup={meetup} onChange={onChange} />
  return <Place meetup={meetup} initial={known.attendance} onChange={onChange} />
}
