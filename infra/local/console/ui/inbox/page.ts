import type { Page } from '../page.ts'
import { InboxPage } from './inbox-page.tsx'

export const inbox: Page = { path: 'inbox', title: 'Inbox', icon: 'mail', component: InboxPage }
