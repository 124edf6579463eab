import { lazy } from 'react'
import type { Page } from '../page.ts'

export const functions: Page = {
  path: 'functions',
  title: 'Functions',
  icon: 'functions',
  component: lazy(() => import('./functions-page.tsx').then(({ FunctionsPage }) => ({ default: FunctionsPage }))),
}
