import { Home } from '../components/home.tsx'
import type { Page } from '../page.ts'

export const page: Page = {
  title: 'Register',
  description: 'Register with your e-mail address.',
  isListed: true,
  content: <Home />,
}
