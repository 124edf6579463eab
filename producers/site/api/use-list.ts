import { useEffect, useState } from 'react'
import type { Trouble } from './failure.ts'

interface Page<Item> {
  readonly items: readonly Item[]
  /** Where it ended, if there are more. */
  readonly cursor?: string | undefined
}

/** Reads the page after `cursor`, or the first. */
export type ReadPage<Item> = (cursor: string | undefined) => Promise<Page<Item> | { readonly trouble: Trouble }>

interface State<Item> extends Partial<Page<Item>> {
  readonly isReading: boolean
  readonly trouble?: Trouble | undefined
}

export interface List<Item> extends State<Item> {
  /** Reads on from where the last page ended, or where reading failed. */
  readonly readOn: () => void
  /** Changes what has been read so far: what somebody did to an item is known here before it is read again. */
  readonly change: (items: (items: readonly Item[]) => readonly Item[]) => void
}

/** A list that is read page by page, the first page at once. `items` is undefined before that is there. `read`: always the same function. */
export function useList<Item>(read: ReadPage<Item>): List<Item> {
  const [state, setState] = useState<State<Item>>({ isReading: true })
  const { items = [], cursor, isReading } = state

  useEffect(() => {
    if (!isReading) return
    let isWanted = true
    readSome(read, cursor).then((outcome) => {
      if (!isWanted) return
      if ('trouble' in outcome) setState((state) => ({ ...state, ...outcome, isReading: false }))
      else {
        const { items, cursor } = outcome
        setState((state) => ({ items: [...(state.items ?? []), ...items], cursor, isReading: false }))
      }
    })
    return () => {
      isWanted = false
    }
  }, [read, cursor, isReading])

  return {
    ...state,
    readOn: () => setState((state) => ({ ...state, trouble: undefined, isReading: true })),
    change: (change) => setState((state) => ({ ...state, items: change(state.items ?? items) })),
  }
}

/** A page may come out empty though more follow. */
async function readSome<Item>(read: ReadPage<Item>, cursor: string | undefined): ReturnType<ReadPage<Item>> {
  const page = await read(cursor)
  const isEmpty = 'items' in page && page.items.length === 0 && page.cursor !== undefined
  return isEmpty ? readSome(read, page.cursor) : page
}
