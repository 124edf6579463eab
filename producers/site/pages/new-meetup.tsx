import { NewMeetup } from '../components/meetups/new-meetup.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Publish a meetup',
  description: 'Say when and where, and how many people it is for.',
  content: <NewMeetup />,
}
