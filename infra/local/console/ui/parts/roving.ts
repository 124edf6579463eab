import type { KeyboardEvent } from 'react'

const STEPS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/**
 * Moves the focus through a list's main links (marked `data-row`) with the arrow keys, so that Tab passes the list in one
 * step. Returns the mark of the row that has the focus now, if it moved.
 * https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */
export function moveThroughRows(keyboard: KeyboardEvent<HTMLElement>): string | undefined {
  const step = STEPS[keyboard.key]
  if (!step || keyboard.altKey || keyboard.ctrlKey || keyboard.metaKey) return undefined
  const rows = [...keyboard.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const index = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement))
  if (index < 0) return undefined
  keyboard.preventDefault()
  const row = rows[step(index, rows.length - 1)]
  row?.focus()
  return row?.dataset.row
}

/**
 * Gives a row its focus back when what covered its list is closed: without that the focus is nowhere, and Tab begins at the
 * top of the page. The list is not covered any more when the next frame is drawn.
 */
export function focusRow(list: HTMLElement | null, id: string): void {
  requestAnimationFrame(() => list?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus())
}
