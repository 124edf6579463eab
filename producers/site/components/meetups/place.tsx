import { Button, Loader } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { v4 } from 'uuid'
import type { AttendanceView } from '../../../../schemas/attendances.ts'
import type { Trouble } from '../../api/failure.ts'
import { decide } from '../../meetups/attendance.ts'
import type { Meetup } from '../../meetups/one.ts'
import { type Stage, stageOf } from '../../meetups/places.ts'
import { CheckIcon } from '../icons.tsx'
import { Notice } from '../notice.tsx'
import { Closed } from './closed.tsx'

interface Props {
  readonly meetup: Meetup
  readonly initial: AttendanceView
  readonly onChange: () => Promise<void>
}

const DECLINED = {
  full: 'You have no place: the last one was taken before it was your turn.',
  'not-found': 'You have no place: this meetup is not there any more.',
  cancelled: 'You have no place: this meetup was cancelled meanwhile.',
} as const

const BUSY = { attend: 'Asking for a place…', leave: 'Giving up your place…' } as const

/** One's place at a meetup: to be taken, or given up. */
export function Place({ meetup, initial, onChange }: Props) {
  const [attendance, setAttendance] = useState(initial)
  const [busy, setBusy] = useState<keyof typeof BUSY>()
  const [trouble, setTrouble] = useState<Trouble>()
  const outcome = useRef<HTMLParagraphElement>(null)
  const key = useRef<string>(undefined)
  const stage = stageOf(meetup)
  const { isAttending } = attendance
  const what = isAttending ? 'leave' : 'attend'
  const tone = isAttending && (stage === 'open' || stage === 'full') ? 'good' : undefined

  useEffect(() => {
    // The button may be gone, and the focus with it.
    if (attendance !== initial && document.activeElement === document.body) outcome.current?.focus()
  }, [attendance, initial])

  const ask = async () => {
    if (busy) return
    setTrouble(undefined)
    setBusy(what)
    key.current ??= v4()
    const decided = await decide(what, {
      meetupId: meetup.meetupId,
      before: attendance,
      idempotencyKey: key.current,
    })
    if ('trouble' in decided) setTrouble(decided.trouble)
    else {
      key.current = undefined
      await onChange()
      setAttendance(decided)
    }
    setBusy(undefined)
  }

  return (
    <>
      <p ref={outcome} className="outcome" role="status" tabIndex={-1} data-tone={tone}>
        {busy ? (
          <>
            <Loader size="xs" type="dots" aria-hidden />
            {BUSY[busy]}
          </>
        ) : (
          <Outcome attendance={attendance} stage={stage} isNews={attendance !== initial} />
        )}
      </p>
      {!isAttending && stage !== 'open' && !busy && <Closed stage={stage} />}
      {trouble && <Notice {...trouble} />}
      {(stage === 'open' || (stage === 'full' && (isAttending || busy))) && (
        // Not `disabled` while it waits: that would take the focus away.
        <Button variant={isAttending ? 'default' : 'filled'} aria-disabled={busy !== undefined} onClick={ask}>
          {trouble ? 'Try again' : isAttending ? 'Leave' : 'Attend'}
        </Button>
      )}
      {isAttending && stage === 'cancelled' && <Closed stage={stage} />}
    </>
  )
}

interface OutcomeProps {
  readonly attendance: AttendanceView
  readonly stage: Stage
  /** It was decided just now. */
  readonly isNews: boolean
}

function Outcome({ attendance: { isAttending, status, reason = 'not-found' }, stage, isNews }: OutcomeProps) {
  if (isAttending && stage === 'cancelled') return 'You had a place. There is nothing left to do.'
  if (isAttending && stage === 'over') return 'You had a place.'
  if (isAttending) {
    return (
      <>
        <CheckIcon />
        You have a place.
      </>
    )
  }
  if (status === 'CANCELLED') return 'You had a place. There is nothing left to do.'
  if (!isNews) return null
  return status === 'WITHDRAWN' ? 'You have left: somebody else can have your place.' : DECLINED[reason]
}
