import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'

interface FilterInputProps {
  readonly label: string
  readonly value: string
  /** Told when whoever types pauses. */
  readonly onChange: (value: string) => void
}

/** A text that filters, and is kept elsewhere: in the address, which may change without typing, too. */
export function FilterInput({ label, value, onChange }: FilterInputProps) {
  const [text, setText] = useState(value)
  const told = useRef(value)
  useEffect(() => {
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])
  const tell = useDebouncedCallback((typed: string) => {
    told.current = typed.trim()
    onChange(told.current)
  }, 200)
  return (
    <TextInput
      size="xs"
      label={label}
      value={text}
      maxLength={256}
      spellCheck={false}
      autoComplete="off"
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        tell(currentTarget.value)
      }}
    />
  )
}
