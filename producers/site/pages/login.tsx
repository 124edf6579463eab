import { Login } from '../components/login.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Log in',
  description: 'Log in to your account.',
  isListed: true,
  content: <Login />,
}
