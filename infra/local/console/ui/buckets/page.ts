import { lazy } from 'react'
import type { Page } from '../page.ts'

export const buckets: Page = {
  path: 'buckets',
  title: 'Buckets',
  icon: 'buckets',
  component: lazy(() => import('./buckets-page.tsx').then(({ BucketsPage }) => ({ default: BucketsPage }))),
}
