import { ActionIcon } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import { Fragment, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { go, goInstead } from '../live/use-route.ts'
import { linkTo, type Route } from '../model/route.ts'
import styles from './browser.module.css'
import { Icon } from './icon.tsx'
import { focusRow, moveThroughRows } from './roving.ts'

interface BrowserRow {
  readonly id: string
  readonly title: ReactNode
  /** At the end of the row. */
  readonly note?: ReactNode
  /** A heading over this row and those of the same that follow. */
  readonly group?: string
}

interface BrowserProps {
  /** The page's path, and what it lists: `schemas`, `Schemas`. */
  readonly page: string
  readonly label: string
  readonly rows: readonly BrowserRow[]
  /** Above the list: what it is filtered by. */
  readonly head?: ReactNode
  /** Under the list: how to see more of it. */
  readonly foot?: ReactNode
  /** What the address says beside the row, and goes on saying. */
  readonly query?: Route['query']
  /** What the address names. */
  readonly id: string | undefined
  /** What is shown of the chosen row, under its title. */
  readonly detail: (id: string) => ReactNode
  readonly titleOf: (id: string) => string
}

/**
 * A list, and beside it (on a narrow screen: over it) the one that is chosen. With room for both, the first is open until
 * one is.
 */
export function Browser({ page, label, rows, head, foot, query, id, detail, titleOf }: BrowserProps) {
  const narrow = useMediaQuery('(max-width: 60rem)', false, { getInitialValueInEffect: false })
  const open = id ?? (narrow ? undefined : rows[0]?.id)
  const covered = narrow && id !== undefined
  const list = useRef<HTMLOListElement>(null)
  const close = () => {
    if (id === undefined) return
    go(linkTo(page, undefined, query))
    focusRow(list.current, id)
  }
  useHotkeys([['Escape', close]])
  const onKeyDown = (keyboard: KeyboardEvent<HTMLElement>) => {
    const reached = moveThroughRows(keyboard)
    if (reached !== undefined && !narrow) goInstead(linkTo(page, reached, query))
  }
  const reachable = rows.some((row) => row.id === open) ? open : rows[0]?.id
  return (
    <div className={styles.page}>
      <section className={styles.list} aria-label={label} inert={covered}>
        {open === undefined && <h1 className="said">{label}</h1>}
        {head !== undefined && <div className={styles.above}>{head}</div>}
        <ol ref={list} onKeyDown={onKeyDown}>
          {rows.map((row, index) => (
            <Fragment key={row.id}>
              {row.group !== undefined && row.group !== rows[index - 1]?.group && (
                <li className={styles.group}>{row.group}</li>
              )}
              <li className={styles.row} data-selected={row.id === open}>
                <a
                  href={linkTo(page, row.id, query)}
                  data-row={row.id}
                  tabIndex={row.id === reachable ? 0 : -1}
                  aria-current={row.id === open ? 'true' : undefined}
                >
                  <span className={styles.title}>{row.title}</span>
                  {row.note !== undefined && <span className={styles.note}>{row.note}</span>}
                </a>
              </li>
            </Fragment>
          ))}
        </ol>
        {foot && <p className={styles.foot}>{foot}</p>}
      </section>
      {open !== undefined && (
        <Opened key={open} title={titleOf(open)} narrow={narrow} label={label} onClose={close}>
          {detail(open)}
        </Opened>
      )}
    </div>
  )
}

interface OpenedProps {
  readonly title: string
  readonly narrow: boolean
  readonly label: string
  readonly onClose: () => void
  readonly children: ReactNode
}

function Opened({ title, narrow, label, onClose, children }: OpenedProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Over the list the detail is all there is; beside it, the list keeps the focus.
  useEffect(() => {
    if (narrow) heading.current?.focus()
  }, [narrow])
  return (
    <article className={styles.detail} aria-label={title}>
      <header className={styles.head}>
        {narrow && (
          <ActionIcon variant="subtle" aria-label={`Back: ${label}`} title={`Back: ${label}`} onClick={onClose}>
            <Icon name="back" />
          </ActionIcon>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </header>
      <div className={styles.body}>{children}</div>
    </article>
  )
}
