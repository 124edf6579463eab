import { SignUp } from '../components/signup.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Sign up',
  description: 'Open an account with your e-mail address.',
  isListed: true,
  content: <SignUp />,
}
