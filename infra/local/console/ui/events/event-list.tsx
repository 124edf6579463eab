import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { goInstead } from '../live/use-route.ts'
import type { ConsoleEvent } from '../model/event.ts'
import { linkTo } from '../model/route.ts'
import { useWindow } from '../parts/use-window.ts'
import styles from './event-list.module.css'
import { EventRow } from './event-row.tsx'

interface EventListProps {
  readonly events: readonly ConsoleEvent[]
  readonly selected: string | undefined
  readonly search: string
  readonly scroller: RefObject<HTMLElement | null>
  /** Told when the end comes into view. */
  readonly onEnd: () => void
}

const STEPS: Readonly<Record<string, (index: number, page: number) => number>> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  PageDown: (index, page) => index + page,
  PageUp: (index, page) => index - page,
  Home: () => 0,
  End: () => Number.MAX_SAFE_INTEGER,
}

/**
 * One row for each event, of which only those in view are drawn. Arrow keys move through the rows, and take the detail
 * along when it is open. https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */
export function EventList({ events, selected, search, scroller, onEnd }: EventListProps) {
  const list = useRef<HTMLOListElement>(null)
  const { first, last, height } = useWindow(events.length, scroller, list)
  const [focused, setFocused] = useState<string>()
  // Where the keyboard has gone and the focus is yet to follow.
  const [wanted, setWanted] = useState<string>()
  const indexOf = (id: string | undefined) => (id === undefined ? -1 : events.findIndex((event) => event.id === id))
  const current = [focused, selected].map(indexOf).find((index) => index >= 0) ?? 0

  useEffect(() => {
    if (last >= events.length - 20) onEnd()
  }, [last, events.length, onEnd])

  useEffect(() => {
    if (wanted === undefined) return
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted)}"]`)?.focus({ preventScroll: true })
    setWanted(undefined)
  }, [wanted])

  function moveTo(index: number): void {
    const event = events[index]
    const outer = scroller.current
    if (!event || !outer) return
    const top = index * height
    if (top < outer.scrollTop) outer.scrollTop = top
    else if (top + height > outer.scrollTop + outer.clientHeight) outer.scrollTop = top + height - outer.clientHeight
    setFocused(event.id)
    setWanted(event.id)
    if (selected !== undefined) goInstead(linkTo('events', event.id, { search }))
  }

  const onFocus = ({ target }: FocusEvent) => setFocused(target.closest('li')?.dataset.id)
  const onKeyDown = (keyboard: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[keyboard.key]
    if (!step || keyboard.altKey || keyboard.ctrlKey || keyboard.metaKey) return
    keyboard.preventDefault()
    const page = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1, 1)
    moveTo(Math.min(Math.max(step(current, page), 0), events.length - 1))
  }

  // The row with the focus stays, wherever the list is scrolled to: with it the focus would go.
  const drawn = [...Array(Math.max(last - first, 0)).keys()].map((offset) => first + offset)
  if (!drawn.includes(current)) drawn.push(current)
  return (
    <ol ref={list} className={styles.rows} style={{ height: events.length * height }} {...{ onFocus, onKeyDown }}>
      {drawn.map((index) => {
        const event = events[index]
        return (
          event && (
            <EventRow
              key={event.id}
              event={event}
              index={index}
              count={events.length}
              top={index * height}
              selected={event.id === selected}
              reachable={index === current}
              search={search}
            />
          )
        )
      })}
    </ol>
  )
}
