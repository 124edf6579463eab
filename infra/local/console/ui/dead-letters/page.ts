import type { Page } from '../page.ts'
import { DeadLettersPage } from './dead-letters-page.tsx'

export const deadLetters: Page = {
  path: 'dead-letters',
  title: 'Dead letters',
  icon: 'deadLetters',
  component: DeadLettersPage,
}
