import {
  CreateArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge'
import { untilTrue } from '../../support/until.ts'
import { put } from './eventbridge-bus.ts'

export const arn = (rest: string): string => `arn:aws:events:us-east-1:000000000000:${rest}`
export const BUS = arn('event-bus/default')
export const ARCHIVE = arn('archive/kept')
/** From when on `replay` replays, for an hour; epoch milliseconds. */
export const START = Date.parse('2026-03-01T00:00:00Z')

/** Creates the archive `kept` of the default bus. */
export const archive = (client: EventBridgeClient, input: object = {}) =>
  client.send(new CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: BUS, ...input }))

export const described = (client: EventBridgeClient, ArchiveName = 'kept') =>
  client.send(new DescribeArchiveCommand({ ArchiveName }))

/** Starts a replay of the archive `kept` to all rules. */
export const replay = (client: EventBridgeClient, ReplayName: string, input: object = {}) =>
  client.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: ARCHIVE,
      EventStartTime: new Date(START),
      EventEndTime: new Date(START + 3_600_000),
      Destination: { Arn: BUS },
      ...input,
    }),
  )

export const replayState = async (client: EventBridgeClient, ReplayName: string) =>
  (await client.send(new DescribeReplayCommand({ ReplayName }))).State

export const ended = (client: EventBridgeClient, name: string, state = 'COMPLETED') =>
  untilTrue(async () => (await replayState(client, name)) === state)

/** Puts events with these times, in seconds after the start; the number is in each. Answers their ids. */
export async function putAt(client: EventBridgeClient, ...seconds: readonly number[]): Promise<string[]> {
  const ids: string[] = []
  for (const n of seconds) ids.push(await put(client, { n }, { Time: new Date(START + n * 1000) }))
  return ids
}
