import { lazy } from 'react'
import type { Page } from '../page.ts'

export const inbox: Page = {
  path: 'inbox',
  title: 'Inbox',
  icon: 'mail',
  component: lazy(() => import('./inbox-page.tsx').then(({ InboxPage }) => ({ default: InboxPage }))),
}
