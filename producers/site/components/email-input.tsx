import { TextInput, type TextInputProps } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { rememberedAddress } from '../account/address.ts'

/** An input for an e-mail address. */
export const EmailInput = (props: TextInputProps) => (
  <TextInput
    label="E-mail address"
    type="email"
    autoComplete="email"
    autoCapitalize="none"
    spellCheck={false}
    required
    {...props}
  />
)

/** The same for an account there is: filled in with what the page before this one has handed on, unless something is typed. */
export function AccountEmailInput(props: TextInputProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current?.value === '') input.current.value = rememberedAddress() ?? ''
  }, [])
  return <EmailInput ref={input} autoComplete="username" {...props} />
}
