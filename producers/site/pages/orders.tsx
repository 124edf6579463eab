import { Orders } from '../components/orders/orders.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'My orders',
  description: 'What you have ordered, and how far it is.',
  content: <Orders />,
}
