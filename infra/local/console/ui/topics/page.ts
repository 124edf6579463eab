import { lazy } from 'react'
import type { Page } from '../page.ts'

export const topics: Page = {
  path: 'topics',
  title: 'Topics',
  icon: 'topics',
  component: lazy(() => import('./topics-page.tsx').then(({ TopicsPage }) => ({ default: TopicsPage }))),
}
