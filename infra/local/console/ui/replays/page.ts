import type { Page } from '../page.ts'
import { ReplaysPage } from './replays-page.tsx'

export const replays: Page = { path: 'replays', title: 'Replays', icon: 'replays', component: ReplaysPage }
