import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { goInstead } from '../live/use-route.ts'
import { linkTo } from '../model/route.ts'
import { Icon } from '../parts/icon.tsx'
import styles from './search.module.css'

interface SearchProps {
  readonly search: string
  /** How many there are, in words. */
  readonly found: string
  readonly onChange: () => void
}

export function Search({ search, found, onChange }: SearchProps) {
  const [text, setText] = useState(search)
  const input = useRef<HTMLInputElement>(null)
  const typed = useRef(search)
  useHotkeys([['/', () => input.current?.focus()]])

  // The address may change without typing: a link, the Back button.
  useEffect(() => {
    if (search !== typed.current) setText(search)
    typed.current = search
  }, [search])

  const apply = useDebouncedCallback((value: string) => {
    typed.current = value.trim()
    goInstead(linkTo('events', undefined, { search: typed.current }))
    onChange()
  }, 200)
  const change = (value: string) => {
    setText(value)
    apply(value)
  }

  return (
    <search className={styles.search}>
      <TextInput
        ref={input}
        className={styles.input ?? ''}
        type="search"
        aria-label="Search events by name, id, correlation id or any text in them"
        placeholder="Name, id or any text in an event"
        value={text}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
        leftSection={<Icon name="search" />}
        rightSection={
          text ? (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
          ) : (
            <span className={styles.key} aria-hidden="true">
              /
            </span>
          )
        }
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      <span className={styles.found} aria-live="polite">
        {found}
      </span>
    </search>
  )
}
