import { ConfirmedPage } from '../components/confirmed.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Your registration',
  description: 'What became of the link in your mail.',
  content: <ConfirmedPage />,
}
