import { buckets } from './buckets/page.ts'
import { chains } from './chain/page.ts'
import { consumers } from './consumers/page.ts'
import { deadLetters } from './dead-letters/page.ts'
import { events } from './events/page.ts'
import { executions } from './executions/page.ts'
import { functions } from './functions/page.ts'
import { inbox } from './inbox/page.ts'
import type { Page } from './page.ts'
import { replays } from './replays/page.ts'
import { schemas } from './schemas/page.ts'
import { tables } from './tables/page.ts'
import { topics } from './topics/page.ts'
import { users } from './users/page.ts'

/** Every page, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  events,
  chains,
  executions,
  consumers,
  deadLetters,
  replays,
  schemas,
  tables,
  buckets,
  functions,
  users,
  topics,
  inbox,
]

/** The page of that path; anything unknown leads to the first. */
export const pageAt = (path: string): Page => PAGES.find((page) => page.path === path) ?? events
