import { TextInput, type TextInputProps } from '@mantine/core'
import { useState } from 'react'
import { useIsHydrated } from './use-browser.ts'

/** An input for a password, which can be looked at. `autoComplete`: `current-password` or `new-password`. */
export function PasswordInput(props: TextInputProps) {
  const [isShown, setIsShown] = useState(false)
  const isHydrated = useIsHydrated()
  return (
    <TextInput
      label="Password"
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      required
      rightSectionWidth="4.5rem"
      rightSection={
        <button
          type="button"
          className="reveal"
          disabled={!isHydrated}
          aria-label={isShown ? 'Hide what you typed' : 'Show what you typed'}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? 'Hide' : 'Show'}
        </button>
      }
      {...props}
    />
  )
}
