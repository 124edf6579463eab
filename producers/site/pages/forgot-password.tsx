import { ForgotPassword } from '../components/forgot-password.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Set a new password',
  description: 'Set a new password with a code that we mail to you.',
  content: <ForgotPassword />,
}
