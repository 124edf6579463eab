import type { ConsoleRoute } from '../route.ts'
import { type EmailDeps, emailRoutes } from './emails.ts'
import { type EventDeps, eventRoutes } from './events.ts'
import { type StatusDeps, statusRoutes } from './status.ts'

/** What all routes together need of the cloud; each topic names its part. */
export type ConsoleDeps = EmailDeps & EventDeps & StatusDeps

/** The JSON behind the console's pages: one file for each topic, one line for each file. */
export const consoleRoutes = (deps: ConsoleDeps): readonly ConsoleRoute[] => [
  ...statusRoutes(deps),
  ...emailRoutes(deps),
  ...eventRoutes(deps),
]
