import type { Page } from '../page.ts'
import { SchemasPage } from './schemas-page.tsx'

export const schemas: Page = { path: 'schemas', title: 'Schemas', icon: 'schemas', component: SchemasPage }
