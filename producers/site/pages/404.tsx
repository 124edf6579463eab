import { NotFound } from '../components/not-found.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Page not found',
  description: 'There is no page at this address.',
  content: <NotFound />,
}
