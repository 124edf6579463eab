import { lazy } from 'react'
import type { Page } from '../page.ts'

export const chains: Page = {
  path: 'chains',
  title: 'Chains',
  icon: 'chains',
  component: lazy(() => import('./chains-page.tsx').then(({ ChainsPage }) => ({ default: ChainsPage }))),
}
