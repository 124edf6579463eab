import { InputBase, type TextInputProps } from '@mantine/core'
import type { FocusEvent } from 'react'

interface Props
  extends Pick<TextInputProps, 'label' | 'description' | 'error' | 'required' | 'withAsterisk' | 'defaultValue'> {
  readonly name: string
  readonly rows: number
  readonly readOnly: boolean
  readonly onChange: () => void
  readonly onBlur: (event: FocusEvent) => void
}

/** An input for text of several lines, which looks like those for one. */
export const TextArea = (props: Props) => (
  <InputBase component="textarea" multiline size="lg" __staticSelector="TextInput" {...props} />
)
