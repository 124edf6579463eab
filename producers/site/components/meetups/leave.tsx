import { Button, Loader } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { v4 } from 'uuid'
import type { Trouble } from '../../api/failure.ts'
import { decide, lookAtAttendance } from '../../meetups/attendance.ts'
import type { Meetup } from '../../meetups/one.ts'
import { Notice } from '../notice.tsx'

/** Gives up the place at a meetup that one attends. */
export function Leave({ meetup: { meetupId, title } }: { readonly meetup: Meetup }) {
  const [state, setState] = useState<'attending' | 'busy' | 'left'>('attending')
  const [trouble, setTrouble] = useState<Trouble>()
  const outcome = useRef<HTMLParagraphElement>(null)
  const key = useRef<string>(undefined)

  useEffect(() => {
    // The button is gone, and the focus with it.
    if (state === 'left') outcome.current?.focus()
  }, [state])

  const leave = async () => {
    if (state === 'busy') return
    setState('busy')
    setTrouble(undefined)
    const trouble = await giveUp()
    setTrouble(trouble)
    setState(trouble ? 'attending' : 'left')
  }
  const giveUp = async (): Promise<Trouble | undefined> => {
    const before = await lookAtAttendance(meetupId)
    if ('trouble' in before) return before.trouble
    // An attempt that seemed to fail did not, or another tab was quicker.
    if (!before.isAttending) return undefined
    key.current ??= v4()
    const decided = await decide('leave', { meetupId, before, idempotencyKey: key.current })
    return 'trouble' in decided ? decided.trouble : undefined
  }

  return (
    <>
      {trouble && <Notice {...trouble} />}
      {state !== 'left' && (
        // Not `disabled` while it waits: that would take the focus away.
        <Button
          variant="default"
          size="md"
          aria-disabled={state === 'busy'}
          leftSection={state === 'busy' && <Loader size="xs" aria-hidden />}
          onClick={leave}
        >
          {state === 'busy' ? 'Leaving…' : trouble ? 'Try again' : 'Leave'}
          <span className="visually-hidden"> {title}</span>
        </Button>
      )}
      <p ref={outcome} className="outcome" role="status" tabIndex={-1}>
        {state === 'left' && 'You have left.'}
      </p>
    </>
  )
}
