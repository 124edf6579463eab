import { NewOrder } from '../components/orders/new-order.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'New order',
  description: 'Choose what you want, and how to pay.',
  content: <NewOrder />,
}
