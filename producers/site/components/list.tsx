import { Button, Loader } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import type { List as Read } from '../api/use-list.ts'
import { Notice } from './notice.tsx'

interface Props<Item> {
  readonly list: Read<Item>
  readonly className?: string
  /** What they are, in the plural: "meetups". */
  readonly what: string
  readonly keyOf: (item: Item) => string
  /** Each must have a link: the focus goes to it. */
  readonly children: (item: Item) => ReactNode
  /** In place of an empty list. */
  readonly empty: ReactNode
  /** While the first page is read. */
  readonly placeholder?: ReactNode
}

/** A list that is read on by a button. The focus goes to the first of what has come, and its number is read out. */
export function List<Item>({ list, className, what, keyOf, children, empty, placeholder }: Props<Item>) {
  const { items, cursor, trouble, isReading, readOn } = list
  const element = useRef<HTMLUListElement>(null)
  /** How many were there when more were asked for. */
  const before = useRef<number>(undefined)
  const count = items?.length ?? 0
  useEffect(() => {
    if (isReading || before.current === undefined) return
    element.current?.children[before.current]?.querySelector('a')?.focus()
    before.current = undefined
  }, [isReading])

  const more = () => {
    if (isReading) return
    before.current = count
    readOn()
  }

  return (
    <>
      {items && count === 0 && !cursor && empty}
      {count > 0 && (
        <ul ref={element} className={className}>
          {items?.map((item) => (
            <li key={keyOf(item)}>{children(item)}</li>
          ))}
        </ul>
      )}
      {!items && isReading && placeholder}
      {trouble && <Notice {...trouble} />}
      <p className="visually-hidden" role="status">
        {isReading ? `Loading ${what}…` : items && `${count} shown${cursor ? '' : ', that is all'}.`}
      </p>
      {(cursor || trouble) && (
        <div className="more">
          {/* Not `disabled` while it reads: that would take the focus away. */}
          <Button
            variant="default"
            aria-disabled={isReading}
            onClick={more}
            leftSection={isReading && <Loader size="xs" aria-hidden />}
          >
            {isReading ? 'Loading…' : trouble ? 'Try again' : `Show more ${what}`}
          </Button>
        </div>
      )}
    </>
  )
}
