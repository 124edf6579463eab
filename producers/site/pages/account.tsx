import { Account } from '../components/account.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'My account',
  description: 'Your profile, and how you want to be notified.',
  content: <Account />,
}
