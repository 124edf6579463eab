import { type RefObject, useLayoutEffect, useState } from 'react'

export interface Window {
  /** The rows to draw, by their index; `last` is the one after them. */
  readonly first: number
  readonly last: number
  /** Of a row, in pixels. */
  readonly height: number
}

/** Rows drawn beyond what is in view, so that scrolling does not show empty space. */
const MARGIN = 12

/**
 * Which rows of a long list to draw: all have one height, which the list's CSS gives as `--row` in rem. `scroller` is what
 * the list stands in, at its top.
 */
export function useWindow(
  count: number,
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<HTMLElement | null>,
): Window {
  const [shown, setShown] = useState<Window>({ first: 0, last: Math.min(count, 3 * MARGIN), height: 56 })

  useLayoutEffect(() => {
    const outer = scroller.current
    const inner = list.current
    if (!outer || !inner) return
    const look = () => {
      const height = Number.parseFloat(getComputedStyle(inner).getPropertyValue('--row')) * remPx()
      const first = Math.max(Math.floor(outer.scrollTop / height) - MARGIN, 0)
      const last = Math.min(Math.ceil((outer.scrollTop + outer.clientHeight) / height) + MARGIN, count)
      setShown((before) =>
        before.first === first && before.last === last && before.height === height ? before : { first, last, height },
      )
    }
    look()
    outer.addEventListener('scroll', look, { passive: true })
    const resized = new ResizeObserver(look)
    resized.observe(outer)
    return () => {
      outer.removeEventListener('scroll', look)
      resized.disconnect()
    }
  }, [count, scroller, list])

  return shown
}

const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
