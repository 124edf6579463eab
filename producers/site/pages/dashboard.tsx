import { Dashboard } from '../components/meetups/dashboard.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Your meetups',
  description: 'The meetups that you publish, and those that you attend.',
  content: <Dashboard />,
}
