import type { Page } from '../page.ts'
import { ChainsPage } from './chains-page.tsx'

export const chains: Page = { path: 'chains', title: 'Chains', icon: 'chains', component: ChainsPage }
