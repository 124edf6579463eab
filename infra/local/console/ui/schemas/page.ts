import { lazy } from 'react'
import type { Page } from '../page.ts'

export const schemas: Page = {
  path: 'schemas',
  title: 'Schemas',
  icon: 'schemas',
  component: lazy(() => import('./schemas-page.tsx').then(({ SchemasPage }) => ({ default: SchemasPage }))),
}
