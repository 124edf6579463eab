import * as z from 'zod'
import { AwsError } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import { compileFilterPattern } from './filter-pattern.ts'
import type { Line, LogStore, Stream } from './store.ts'

const Millis = z.number().int().min(0)
const Page = (max: number, byDefault = max) => ({
  limit: z.number().int().min(1).max(max).default(byDefault),
  nextToken: z.string().optional(),
})
/** Which group: its name, or its name or ARN. */
const group = { logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() }

/** The reading half of CloudWatch Logs; what writes is the functions' own output. */
export function logsOperations(store: LogStore): Readonly<Record<string, Operation>> {
  function groupOf(input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }): string {
    const name = input.logGroupName ?? input.logGroupIdentifier?.replace(/^arn:[^/]*:log-group:|:\*$/g, '')
    if (!name) throw invalid('A log group name or a log group identifier is required.')
    if (store.groups().some((group) => group.name === name)) return name
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
  }

  return {
    DescribeLogGroups: operation(
      z.strictObject({
        ...Page(50),
        logGroupNamePrefix: z.string().default(''),
        logGroupNamePattern: z.string().default(''),
      }),
      ({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }) => {
        const pattern = logGroupNamePattern.toLowerCase()
        const found = store
          .groups()
          .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.toLowerCase().includes(pattern))
        const { items, next } = page(found, limit, nextToken)
        const logGroups = items.map(({ name, created_at, retention_days }) => ({
          logGroupName: name,
          creationTime: created_at,
          arn: `${store.arnOf(name)}:*`,
          logGroupArn: store.arnOf(name),
          ...(retention_days === null ? {} : { retentionInDays: retention_days }),
        }))
        return { logGroups, ...next }
      },
    ),

    DescribeLogStreams: operation(
      z.strictObject({
        ...group,
        ...Page(50),
        logStreamNamePrefix: z.string().default(''),
        orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
        descending: z.boolean().default(false),
      }),
      ({ logStreamNamePrefix, orderBy, descending, limit, nextToken, ...input }) => {
        const name = groupOf(input)
        const order = orderBy === 'LastEventTime' ? byLast : byName
        const found = store
          .streams(name)
          .filter(({ stream }) => stream.startsWith(logStreamNamePrefix))
          .toSorted((a, b) => (descending ? order(b, a) : order(a, b)))
        const { items, next } = page(found, limit, nextToken)
        const logStreams = items.map(({ stream, first, last }) => ({
          logStreamName: stream,
          creationTime: first,
          firstEventTimestamp: first,
          lastEventTimestamp: last,
          lastIngestionTime: last,
          arn: `${store.arnOf(name)}:log-stream:${stream}`,
        }))
        return { logStreams, ...next }
      },
    ),

    FilterLogEvents: operation(
      z.strictObject({
        ...group,
        ...Page(10_000),
        logStreamNames: z.array(z.string()).optional(),
        logStreamNamePrefix: z.string().optional(),
        startTime: Millis.default(0),
        endTime: Millis.default(Number.MAX_SAFE_INTEGER),
        filterPattern: z.string().max(1024).default(''),
        // Lines are always interleaved, and there is nothing masked.
        interleaved: z.boolean().optional(),
        unmask: z.boolean().optional(),
      }),
      ({ logStreamNames, logStreamNamePrefix = '', filterPattern, startTime, endTime, limit, nextToken, ...input }) => {
        const name = groupOf(input)
        const matches = compileFilterPattern(filterPattern)
        const events: Line[] = []
        for (const line of store.lines(name, position(nextToken), startTime, endTime)) {
          if (logStreamNames && !logStreamNames.includes(line.stream)) continue
          if (!line.stream.startsWith(logStreamNamePrefix) || !matches(line.message)) continue
          events.push(line)
          if (events.length > limit) break
        }
        const shown = events.slice(0, limit)
        const last = events.length > limit ? shown.at(-1) : undefined
        return {
          events: shown.map(({ seq, stream, timestamp, message }) => ({
            eventId: String(seq),
            logStreamName: stream,
            timestamp,
            ingestionTime: timestamp,
            message,
          })),
          searchedLogStreams: [],
          ...(last ? { nextToken: String(last.seq) } : {}),
        }
      },
    ),

    GetLogEvents: operation(
      z.strictObject({
        ...group,
        ...Page(10_000),
        logStreamName: z.string(),
        startTime: Millis.default(0),
        endTime: Millis.default(Number.MAX_SAFE_INTEGER),
        startFromHead: z.boolean().default(false),
        unmask: z.boolean().optional(),
      }),
      ({ logStreamName, startTime, endTime, startFromHead, limit, nextToken, ...input }) => {
        const name = groupOf(input)
        if (!store.streams(name).some(({ stream }) => stream === logStreamName)) {
          throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
        }
        const lines = [...store.lines(name, 0, startTime, endTime - 1)].filter(({ stream }) => stream === logStreamName)
        const { direction = startFromHead ? 'f' : 'b', at = '' } = TOKEN.exec(nextToken ?? '')?.groups ?? {}
        const seq = at === '' ? undefined : Number(at)
        const forward = direction === 'f'
        const candidates = lines.filter((line) => seq === undefined || (forward ? line.seq > seq : line.seq < seq))
        const shown = forward ? candidates.slice(0, limit) : candidates.slice(-limit)
        // At an end the same token comes back: that is how a caller knows.
        return {
          events: shown.map(({ timestamp, message }) => ({ timestamp, ingestionTime: timestamp, message })),
          nextForwardToken: `f/${shown.at(-1)?.seq ?? seq ?? 0}`,
          nextBackwardToken: `b/${shown[0]?.seq ?? seq ?? 0}`,
        }
      },
    ),
  }
}

const TOKEN = /^(?<direction>[fb])\/(?<at>\d+)$/

const byName = (a: Stream, b: Stream): number => (a.stream < b.stream ? -1 : 1)
const byLast = (a: Stream, b: Stream): number => a.last - b.last

function page<Item>(all: readonly Item[], limit: number, nextToken: string | undefined) {
  const from = position(nextToken)
  const next = from + limit < all.length ? { nextToken: String(from + limit) } : {}
  return { items: all.slice(from, from + limit), next }
}

function position(nextToken: string | undefined): number {
  if (nextToken === undefined) return 0
  if (!/^\d{1,15}$/.test(nextToken)) throw invalid('The specified nextToken is invalid.')
  return Number(nextToken)
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)
