import * as z from 'zod'
import { AwsError } from '../../engines/engine.ts'
import { lastPart } from '../../engines/eventbridge/arns.ts'
import type { EventBridge } from '../../engines/eventbridge/index.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface ReplayDeps {
  readonly eventBridge: Pick<EventBridge, 'replays' | 'consumers'>
}

const time = z.number('must be epoch seconds').min(0, 'must be epoch seconds')
const names = z.array(z.string().max(128), 'must be a list of names').max(100, 'must be at most 100')

const Wish = z.object({
  archive: z.string().exactOptional(),
  from: time.exactOptional(),
  to: time.exactOptional(),
  place: z.number().exactOptional(),
  names: names.default([]),
  rules: names.default([]),
  rerun: z.boolean().default(false),
})
const OneReplay = z.object({ params: z.object({ name: z.string() }) })

/** Replays: what one would do, starting and cancelling it, and how it goes. */
export const replayRoutes = ({ eventBridge: { replays, consumers } }: ReplayDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/replays',
    answer: () => ({
      archives: replays.archives(),
      consumers: consumers().map(({ name }) => name),
      replays: replays.all().map(replayView),
    }),
  },
  route({
    method: 'GET',
    path: '/replays/{name}',
    request: OneReplay,
    answer: ({ params: { name } }) => {
      const replay = replays.all().find((each) => each.name === name)
      if (!replay) throw new AwsError('ResourceNotFoundException', `There is no replay ${name}.`, 404)
      return { ...replayView(replay), tallies: replays.tallies(name) }
    },
  }),
  route({
    method: 'POST',
    path: '/replays/plan',
    request: z.object({ body: Wish }),
    answer: ({ body }) => replays.plan(body),
  }),
  route({
    method: 'POST',
    path: '/replays',
    request: z.object({ body: Wish }),
    answer: ({ body }) => ({ name: replays.start(body) }),
  }),
  route({
    method: 'POST',
    path: '/replays/{name}/cancel',
    request: OneReplay,
    answer: ({ params: { name } }) => replays.cancel(name),
  }),
]

type Replay = ReturnType<EventBridge['replays']['all']>[number]

const replayView = ({
  name,
  state,
  stateReason,
  from,
  to,
  names,
  rules,
  startedAt,
  endedAt,
  lastReplayedTime,
}: Replay) => ({
  name,
  state,
  reason: stateReason,
  from,
  to,
  names,
  rules: rules.map(lastPart),
  startedAt,
  endedAt,
  lastReplayedTime,
})
