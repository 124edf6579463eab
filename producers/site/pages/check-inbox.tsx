import { CheckInbox } from '../components/check-inbox.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Check your inbox',
  description: 'We have sent you a mail with a link.',
  content: <CheckInbox />,
}
