import { Button } from '@mantine/core'
import { WarningIcon } from './icons.tsx'
import { Result } from './result.tsx'

/** What a waiting page says once the registration was deleted unconfirmed. */
export const Expired = ({ onRegisterAgain }: { readonly onRegisterAgain: () => void }) => (
  <Result icon={<WarningIcon />} tone="warning" title="Your registration has expired" isNews done={0}>
    <p className="lead">The link in the mail was not opened in time. Register again and we send you a new one.</p>
    <Button onClick={onRegisterAgain}>Register again</Button>
  </Result>
)
