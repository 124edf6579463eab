import { chains } from './chain/page.ts'
import { events } from './events/page.ts'
import { inbox } from './inbox/page.ts'
import type { Page } from './page.ts'

/** Every page, in the order of the navigation. */
export const PAGES: readonly Page[] = [events, chains, inbox]

/** The page of that path; anything unknown leads to the first. */
export const pageAt = (path: string): Page => PAGES.find((page) => page.path === path) ?? events
