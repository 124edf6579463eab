import { lazy } from 'react'
import type { Page } from '../page.ts'

export const deadLetters: Page = {
  path: 'dead-letters',
  title: 'Dead letters',
  icon: 'deadLetters',
  component: lazy(() =>
    import('./dead-letters-page.tsx').then(({ DeadLettersPage }) => ({ default: DeadLettersPage })),
  ),
}
