import type { Page } from '../page.ts'
import { TablesPage } from './tables-page.tsx'

export const tables: Page = { path: 'tables', title: 'Tables', icon: 'tables', component: TablesPage }
