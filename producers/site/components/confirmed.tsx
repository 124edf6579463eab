import { Button } from '@mantine/core'
import { linkOutcomeOf } from '../registration/link-outcome.ts'
import { CheckIcon, LinkIcon, WarningIcon } from './icons.tsx'
import { Result } from './result.tsx'
import { useSearch } from './use-browser.ts'

/** The good end. `isNews`: it takes the place of another view. */
export const Confirmed = ({ isNews }: { readonly isNews?: boolean }) => (
  <Result icon={<CheckIcon />} tone="good" title="Confirmed: you are registered" isNews={isNews} done={3}>
    <p className="lead">Your address is verified. There is nothing left to do.</p>
  </Result>
)

/** /confirmed.html: what became of the link in the mail, which only the address of the page tells. */
export function ConfirmedPage() {
  const search = useSearch()
  if (search === undefined) return <Opened />
  const outcome = linkOutcomeOf(search)
  if (outcome.kind === 'confirmed') return <Confirmed />
  if (outcome.kind === 'already') {
    return (
      <Result icon={<CheckIcon />} tone="good" title="Already confirmed" done={3}>
        <p className="lead">{outcome.message}</p>
      </Result>
    )
  }
  return (
    <Result icon={<WarningIcon />} tone="warning" title="Not confirmed yet" done={1}>
      <p className="lead">{outcome.message}</p>
      <Button component="a" href="/">
        Register again
      </Button>
    </Result>
  )
}

/** All that can be said without JavaScript. */
const Opened = () => (
  <Result icon={<LinkIcon />} tone="neutral" title="You opened the link" done={1}>
    <p className="lead">If it was complete and had not expired, your address is now confirmed.</p>
    <noscript>
      <p>To tell you which, this page needs JavaScript.</p>
    </noscript>
  </Result>
)
