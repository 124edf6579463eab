import { ActionIcon } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Icon } from './icon.tsx'

/** A button that copies, and says that it did. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const { copied, copy } = useClipboard({ timeout: 1500 })
  const label = copied ? 'Copied' : `Copy ${what}`
  return (
    <ActionIcon variant="subtle" size="sm" aria-label={label} title={label} onClick={() => copy(text)}>
      <Icon name={copied ? 'check' : 'copy'} size={14} />
    </ActionIcon>
  )
}
