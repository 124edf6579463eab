import { lazy } from 'react'
import type { Page } from '../page.ts'

export const consumers: Page = {
  path: 'consumers',
  title: 'Consumers',
  icon: 'consumers',
  component: lazy(() => import('./consumers-page.tsx').then(({ ConsumersPage }) => ({ default: ConsumersPage }))),
}
