import { Meetup } from '../components/meetups/meetup.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Meetup',
  description: 'When and where a meetup is, and whether there is a place left.',
  content: <Meetup />,
}
