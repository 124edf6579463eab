import { setImmediate as nextTurn } from 'node:timers/promises'
import * as z from 'zod'
import { AwsError } from '../../engines/engine.ts'
import type { EventBridge, RecordedEvent } from '../../engines/eventbridge/index.ts'
import { loggedView } from '../event-view.ts'
import { Whole, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'
import { createWho, type WhoDeps } from '../who.ts'

export interface LogDeps extends WhoDeps {
  readonly eventBridge: WhoDeps['eventBridge'] & Pick<EventBridge, 'history' | 'explain'>
}

export type History = LogDeps['eventBridge']['history']

const MOST = 500
/** What one answer takes the time for; whoever asked asks on where it stopped. */
const PATIENCE_MS = 200

const Page = z.object({
  text: Word,
  before: Whole.exactOptional(),
  after: Whole.exactOptional(),
  limit: Whole.pipe(z.number().min(1, 'must be at least 1').max(MOST, `must be at most ${MOST}`)).default(100),
})

const Places = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'must be whole numbers with commas between them')
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number()).max(MOST, `must be at most ${MOST}`))

/** The event log: page by page, through all that is kept. */
export function logRoutes(deps: LogDeps): readonly ConsoleRoute[] {
  const { history, explain } = deps.eventBridge
  const who = createWho(deps)
  const view = (event: RecordedEvent) => loggedView(event, who)
  return [
    route({
      method: 'GET',
      path: '/log',
      request: z.object({ query: Page }),
      answer: async ({ query }) => {
        const head = history.head()
        const { events, next } = await search(history, query)
        return { events: events.map(view), next, head }
      },
    }),
    route({
      method: 'GET',
      path: '/log/at',
      request: z.object({ query: z.object({ places: Places }) }),
      answer: ({ query: { places } }) => ({ events: history.at(places).map(view) }),
    }),
    route({
      method: 'GET',
      path: '/log/{id}',
      request: z.object({ params: z.object({ id: z.string() }) }),
      answer: ({ params: { id } }) => {
        const event = history.find(id)
        if (!event) throw new AwsError('ResourceNotFoundException', 'This event is not kept any more.', 404)
        return view(event)
      },
    }),
    route({
      method: 'GET',
      path: '/log/{place}/rules',
      request: z.object({ params: z.object({ place: Whole }) }),
      answer: ({ params: { place } }) => ({ rules: explain(place) }),
    }),
  ]
}

/**
 * Looks through the journal until enough is found, or for a while: then `next` says where to go on. The cloud gets its
 * turns in between.
 */
export async function search(
  history: History,
  { limit, ...query }: Parameters<History['page']>[0],
): Promise<ReturnType<History['page']>> {
  const deadline = performance.now() + PATIENCE_MS
  const events: RecordedEvent[] = []
  let { before } = query
  for (;;) {
    const page = history.page({
      ...query,
      ...(before === undefined ? {} : { before }),
      limit: limit - events.length,
    })
    events.push(...page.events)
    before = page.next
    if (before === undefined || events.length >= limit || performance.now() > deadline) return { events, next: before }
    await nextTurn()
  }
}
