import type { Page } from '../page.ts'
import { EventsPage } from './events-page.tsx'

export const events: Page = { path: 'events', title: 'Events', icon: 'events', component: EventsPage }
