import { OrderPage } from '../components/orders/order-page.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Your order',
  description: 'How far your order is, step by step.',
  content: <OrderPage />,
}
