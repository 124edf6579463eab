import { TextInput, type TextInputProps } from '@mantine/core'

/** An input for the code that was mailed. */
export const CodeInput = (props: TextInputProps) => (
  <TextInput
    label="Code"
    description="The six digits in our newest mail."
    inputMode="numeric"
    autoComplete="one-time-code"
    required
    {...props}
  />
)
