import { lazy } from 'react'
import type { Page } from '../page.ts'

export const tables: Page = {
  path: 'tables',
  title: 'Tables',
  icon: 'tables',
  component: lazy(() => import('./tables-page.tsx').then(({ TablesPage }) => ({ default: TablesPage }))),
}
