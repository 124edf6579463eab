import { ConfirmSignUp } from '../components/confirm-signup.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Confirm your address',
  description: 'Enter the code from the mail that we have sent you.',
  content: <ConfirmSignUp />,
}
