import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { Paging, pageOf } from '../paging.ts'
import { lastPart } from './arns.ts'
import type { Catalog } from './catalog.ts'
import type { Archive, Replay } from './model.ts'
import type { ReplayControl } from './replay-control.ts'

const OneReplay = z.object({ ReplayName: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/) })
const StartReplay = OneReplay.extend({
  Description: z.string().max(512).optional(),
  EventSourceArn: z.string().min(1).max(1600),
  EventStartTime: z.number(),
  EventEndTime: z.number(),
  Destination: z.object({ Arn: z.string().min(1).max(1600), FilterArns: z.array(z.string()).optional() }),
})
const ListReplays = z.object({
  NamePrefix: z.string().max(64).optional(),
  EventSourceArn: z.string().optional(),
  State: z.string().optional(),
  ...Paging,
})

/**
 * The operations on replays, by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html
 */
export function replayOperations(catalog: Catalog, replays: ReplayControl): Readonly<Record<string, Operation>> {
  /** The archive to replay, if everything about the request is right. */
  function check(input: z.output<typeof StartReplay>): Archive {
    const { Destination, EventSourceArn, EventStartTime, EventEndTime } = input
    if (!/^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/./.test(Destination.Arn)) {
      throw invalid('Destination.Arn', 'Must contain an event bus ARN.')
    }
    const bus = catalog.bus(Destination.Arn)
    const archive = catalog.archives.get(lastPart(EventSourceArn))
    if (archive === undefined || EventSourceArn !== catalog.arns.archive(archive.name)) {
      throw invalid('EventSourceArn', `Archive ${lastPart(EventSourceArn)} does not exist.`)
    }
    if (archive.bus !== bus.name) throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.')
    if (EventStartTime >= EventEndTime) {
      throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.')
    }
    return archive
  }

  const summary = (replay: Replay) => ({
    ReplayName: replay.name,
    EventSourceArn: catalog.arns.archive(replay.archive),
    State: replay.state,
    StateReason: replay.stateReason,
    EventStartTime: replay.from,
    EventEndTime: replay.to,
    EventLastReplayedTime: replay.lastReplayedTime,
    ReplayStartTime: replay.startedAt / 1000,
    ReplayEndTime: replay.endedAt === undefined ? undefined : replay.endedAt / 1000,
  })

  return {
    StartReplay: operation(StartReplay, (input) => {
      const replay = replays.start({
        name: input.ReplayName,
        archive: check(input),
        description: input.Description,
        from: input.EventStartTime,
        to: input.EventEndTime,
        rules: input.Destination.FilterArns ?? [],
      })
      return {
        ReplayArn: catalog.arns.replay(replay.name),
        State: replay.state,
        ReplayStartTime: replay.startedAt / 1000,
      }
    }),

    DescribeReplay: operation(OneReplay, ({ ReplayName }) => {
      const replay = replays.named(ReplayName)
      return {
        ...summary(replay),
        ReplayArn: catalog.arns.replay(replay.name),
        Description: replay.description,
        Destination: { Arn: catalog.arns.bus(replay.bus), FilterArns: replay.rules },
      }
    }),

    ListReplays: operation(ListReplays, ({ NamePrefix = '', EventSourceArn, State, ...paging }) => {
      const found = replays
        .all()
        .filter(({ name }) => name.startsWith(NamePrefix))
        .filter(({ archive }) => EventSourceArn === undefined || EventSourceArn === catalog.arns.archive(archive))
        .filter(({ state }) => State === undefined || State === state)
      const { items, ...next } = pageOf(found, ({ name }) => name, paging)
      return { Replays: items.map(summary), ...next }
    }),

    CancelReplay: operation(OneReplay, ({ ReplayName }) => {
      replays.cancel(ReplayName)
      return { ReplayArn: catalog.arns.replay(ReplayName), State: 'CANCELLING' }
    }),
  }
}

const invalid = (parameter: string, reason: string): AwsError =>
  new AwsError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`)
