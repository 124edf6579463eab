import { lazy } from 'react'
import type { Page } from '../page.ts'

export const executions: Page = {
  path: 'executions',
  title: 'Executions',
  icon: 'executions',
  component: lazy(() => import('./executions-page.tsx').then(({ ExecutionsPage }) => ({ default: ExecutionsPage }))),
}
