import type { Page } from '../page.ts'
import { FunctionsPage } from './functions-page.tsx'

export const functions: Page = { path: 'functions', title: 'Functions', icon: 'functions', component: FunctionsPage }
