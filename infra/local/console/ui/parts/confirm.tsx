import { Button } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import styles from './confirm.module.css'

interface ConfirmProps {
  /** What the button says at first. */
  readonly label: string
  /** What is asked then. */
  readonly question: string
  readonly disabled?: boolean
  readonly size?: 'xs' | 'compact-xs'
  readonly onConfirm: () => void
}

/** A button for what cannot be undone: asks first, in its own place. Escape means no. */
export function Confirm({ label, question, disabled = false, size = 'xs', onConfirm }: ConfirmProps) {
  const [asking, setAsking] = useState(false)
  const first = useRef<HTMLButtonElement>(null)
  const no = useRef<HTMLButtonElement>(null)
  const wasAsking = useRef(false)
  useEffect(() => {
    if (asking) no.current?.focus()
    else if (wasAsking.current) first.current?.focus()
    wasAsking.current = asking
  }, [asking])

  if (!asking)
    return (
      <Button ref={first} variant="default" size={size} disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </Button>
    )
  const yes = () => {
    setAsking(false)
    onConfirm()
  }
  const onKeyDown = (keyboard: KeyboardEvent) => {
    if (keyboard.key !== 'Escape') return
    // It means no to this question, and not that the page be left.
    keyboard.stopPropagation()
    setAsking(false)
  }
  return (
    <fieldset className={styles.ask} onKeyDown={onKeyDown}>
      <legend>{question}</legend>
      <Button color="red" size={size} onClick={yes}>
        {label}
      </Button>
      <Button ref={no} variant="default" size={size} onClick={() => setAsking(false)}>
        Keep
      </Button>
    </fieldset>
  )
}
