import { Button, Loader } from '@mantine/core'
import { type SyntheticEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Trouble } from '../../api/failure.ts'
import { cancel, type Meetup } from '../../meetups/one.ts'
import { people } from '../../meetups/places.ts'
import { Notice } from '../notice.tsx'

interface Props {
  readonly meetup: Meetup
  readonly onCancelled: () => void
  /** It is closed, whatever the answer was. */
  readonly onClose: () => void
}

/**
 * Asks whether a meetup is to be cancelled, and cancels it. The browser keeps the focus in it, closes it by Escape and
 * gives the focus back. https://html.spec.whatwg.org/multipage/interactive-elements.html#dom-dialog-showmodal
 */
export function CancelDialog({ meetup: { meetupId, title, attending }, onCancelled, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble>()
  const id = useId()

  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])

  const confirm = async () => {
    if (isBusy) return
    setIsBusy(true)
    setTrouble(undefined)
    const trouble = await cancel(meetupId)
    setTrouble(trouble)
    setIsBusy(false)
    if (trouble) return
    onClose()
    onCancelled()
  }

  /** Gone at once: the browser tells that it has closed a dialog only later. What has been asked for is waited for. */
  const leave = () => {
    if (!isBusy) onClose()
  }
  const onEscape = (event: SyntheticEvent) => {
    event.preventDefault()
    leave()
  }

  return (
    <dialog
      ref={dialog}
      className="card dialog"
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}text`}
      aria-busy={isBusy}
      onCancel={onEscape}
      onClose={onClose}
    >
      <h2 id={`${id}title`}>Cancel “{title}”?</h2>
      <p id={`${id}text`}>
        {attending > 0
          ? `${people(attending)} will be told that it does not take place.`
          : 'Nobody has a place yet, so nobody needs to be told.'}{' '}
        A cancelled meetup stays cancelled.
      </p>
      {trouble && <Notice {...trouble} />}
      <div className="actions">
        <Button variant="default" autoFocus aria-disabled={isBusy} onClick={leave}>
          Keep it
        </Button>
        {/* Not `disabled` while it works: that would take the focus away. */}
        <Button
          className="danger"
          aria-disabled={isBusy}
          leftSection={isBusy && <Loader size="xs" color="var(--on-accent)" aria-hidden />}
          onClick={confirm}
        >
          {isBusy ? 'Cancelling…' : trouble ? 'Try again' : 'Cancel the meetup'}
        </Button>
      </div>
      <p className="visually-hidden" role="status">
        {isBusy && 'Cancelling…'}
      </p>
    </dialog>
  )
}
