import { Explore } from '../components/meetups/explore.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Meetups',
  description: 'Meetups that are coming up, and the places left at each.',
  isListed: true,
  content: <Explore />,
}
