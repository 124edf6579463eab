import { type UIEvent, useCallback, useMemo, useState } from 'react'
import { type Held, hold } from '../model/held.ts'

interface HeldList<Item> extends Held<Item> {
  readonly onScroll: (scroll: UIEvent<HTMLElement>) => void
  /** Shows what is new again. */
  readonly release: () => void
}

/** Follows a list, newest first, while its top is in view; else keeps every row where it is. */
export function useHeld<Item extends { readonly id: string }>(latest: readonly Item[]): HeldList<Item> {
  const [snapshot, setSnapshot] = useState<readonly Item[]>()
  const held = useMemo(() => (snapshot ? hold(snapshot, latest) : { shown: latest, newer: 0 }), [snapshot, latest])
  const release = useCallback(() => setSnapshot(undefined), [])
  const onScroll = ({ currentTarget }: UIEvent<HTMLElement>) => {
    if (currentTarget.scrollTop <= 0) release()
    else if (!snapshot) setSnapshot(held.shown)
  }
  return { ...held, onScroll, release }
}
