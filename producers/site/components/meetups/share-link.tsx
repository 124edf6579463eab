import { TextInput } from '@mantine/core'
import { useRef, useState } from 'react'

/** The address of a page of ours, to be copied. */
export function ShareLink({ path }: { readonly path: string }) {
  const input = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState('')
  const link = `${window.location.origin}${path}`

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link)
      setOutcome('Copied.')
    } catch {
      // The browser does not let us: then by hand.
      input.current?.select()
      setOutcome('Your browser does not let this page copy. The link is selected: copy it from there.')
    }
  }

  return (
    <div className="share">
      <TextInput
        ref={input}
        label="Link to share"
        readOnly
        value={link}
        onFocus={({ currentTarget }) => currentTarget.select()}
        rightSectionWidth="4.5rem"
        rightSection={
          <button type="button" className="reveal" onClick={copy} aria-label="Copy the link">
            Copy
          </button>
        }
      />
      <p role="status">{outcome}</p>
    </div>
  )
}
