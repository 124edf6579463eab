import { lazy } from 'react'
import type { Page } from '../page.ts'

export const replays: Page = {
  path: 'replays',
  title: 'Replays',
  icon: 'replays',
  component: lazy(() => import('./replays-page.tsx').then(({ ReplaysPage }) => ({ default: ReplaysPage }))),
}
