import type { Page } from '../page.ts'
import { ConsumersPage } from './consumers-page.tsx'

export const consumers: Page = {
  path: 'consumers',
  title: 'Consumers',
  icon: 'consumers',
  component: ConsumersPage,
}
