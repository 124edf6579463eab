import { lazy } from 'react'
import type { Page } from '../page.ts'

export const users: Page = {
  path: 'users',
  title: 'Users',
  icon: 'users',
  component: lazy(() => import('./users-page.tsx').then(({ UsersPage }) => ({ default: UsersPage }))),
}
