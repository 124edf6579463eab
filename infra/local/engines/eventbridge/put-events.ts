import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError, type AwsRequest, type CloudContext } from '../engine.ts'
import { type Operation, operation } from '../json-service.ts'
import type { Catalog } from './catalog.ts'
import type { AcceptedEvent } from './journal.ts'
import type { Publisher } from './publish.ts'

const MAX_ENTRIES = 10
const MAX_BYTES = 1_048_576
const TIME_BYTES = 14
const MAX_DEPTH = 1000
/** The year 9999: the last that an envelope can spell. */
const LAST_SECOND = 253_402_300_799

const Entry = z.object({
  Source: z.string().nullish(),
  DetailType: z.string().max(128).nullish(),
  Detail: z.string().nullish(),
  /** Epoch seconds. */
  Time: z.number().min(0).max(LAST_SECOND).nullish(),
  Resources: z.array(z.string()).nullish(),
  EventBusName: z.string().min(1).max(1600).nullish(),
  TraceHeader: z.string().min(1).max(500).nullish(),
})
type Entry = z.output<typeof Entry>

const Input = z.object({ Entries: z.array(Entry) })

/** An entry that its bus does not take. */
interface Refused {
  readonly ErrorCode: string
  readonly ErrorMessage: string
}

/**
 * PutEvents: entries that are not valid are refused one by one, all others are on disk when it answers.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function putEvents(context: CloudContext, catalog: Catalog, publisher: Publisher): Operation {
  return operation(Input, ({ Entries }, request) => {
    checkCall(Entries)
    const receivedAt = context.now()
    const results = Entries.map((entry) => accept(context, catalog, entry, receivedAt, request))
    const accepted = results.filter((result) => 'id' in result)
    // An unknown bus is not an error; the event is gone. Real EventBridge is silent about it, the terminal need not be.
    const [known, lost] = partition(accepted, ({ bus }) => catalog.buses.get(bus) !== undefined)
    for (const { name, bus } of lost) context.warn(`PutEvents: there is no event bus ${bus}, so ${name} is gone.`)
    publisher.publish(known)
    return {
      FailedEntryCount: results.length - accepted.length,
      Entries: results.map((result) => ('id' in result ? { EventId: result.id } : result)),
    }
  })
}

const traceOf = ({ headers }: AwsRequest): string | undefined => {
  const header = headers['x-amzn-trace-id']
  return typeof header === 'string' ? header : undefined
}

function checkCall(entries: readonly Entry[]): void {
  const limit = entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ENTRIES}`
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${limit}`,
    )
  }
  if (entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) > MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.')
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevents-entry-size */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0)
  return bytes + (typeof Time === 'number' ? TIME_BYTES : 0)
}

function accept(
  context: CloudContext,
  catalog: Catalog,
  { Source, DetailType, Detail, Time, Resources, EventBusName, TraceHeader }: Entry,
  receivedAt: number,
  request: AwsRequest,
): AcceptedEvent | Refused {
  if (!Source) return missing('Source')
  if (!DetailType) return missing('DetailType')
  if (!Detail) return missing('Detail')
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  }
  const detail = readDetail(Detail)
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  return newEvent(context, {
    bus: catalog.arns.busName(EventBusName ?? undefined),
    name: DetailType,
    source: Source,
    time: Math.floor(Time ?? receivedAt / 1000),
    resources: Resources ?? [],
    detail: Detail,
    correlationId: correlationIdOf(detail),
    traceId: TraceHeader ?? traceOf(request),
    caller: request.caller,
    receivedAt,
  })
}

const missing = (field: string): Refused => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
})

type NewEvent = Omit<AcceptedEvent, 'id' | 'envelope'> & {
  readonly resources: readonly string[]
  /** JSON text of an object; it stays as it is, so no number in it loses a digit. */
  readonly detail: string
}

/** Gives an event its id and its envelope, with the keys in EventBridge's order. */
export function newEvent(
  { account, region }: Pick<CloudContext, 'account' | 'region'>,
  { resources, detail, ...event }: NewEvent,
): AcceptedEvent {
  const id = randomUUID()
  const head = {
    version: '0',
    id,
    'detail-type': event.name,
    source: event.source,
    account,
    time: new Date(event.time * 1000).toISOString().replace('.000', ''),
    region,
    resources,
  }
  return { ...event, id, envelope: `${JSON.stringify(head).slice(0, -1)},"detail":${detail.trim()}}` }
}

function readDetail(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text)
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail)
    return isObject && !isTooDeep(text) ? detail : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether valid JSON nests more levels than EventBridge takes; a short text cannot. In a text that ends amid a string the
 * search for its end would begin at each of its quotes.
 */
function isTooDeep(json: string): boolean {
  if (json.length <= 2 * MAX_DEPTH) return false
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** By which the events of one story are found again. */
function correlationIdOf(detail: object): string | undefined {
  const metadata = 'metadata' in detail ? detail.metadata : undefined
  const isObject = typeof metadata === 'object' && metadata !== null
  const id = isObject && 'correlationId' in metadata ? metadata.correlationId : undefined
  return typeof id === 'string' ? id : undefined
}

function partition<Value>(values: readonly Value[], test: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(test), values.filter((value) => !test(value))]
}
