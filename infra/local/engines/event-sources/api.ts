import * as z from 'zod'
import { AwsError, type AwsRequest } from '../engine.ts'
import { functionNameIn } from '../lambda/function-name.ts'
import { pageOf } from '../paging.ts'
import { batchSizeOf, isQueue, type Mapping } from './mapping.ts'
import type { State } from './switch.ts'

/** An event source mapping as it stands. */
export interface EventSource {
  readonly id: string
  readonly arn: string
  readonly functionArn: string
  readonly properties: Mapping
  /** Epoch milliseconds. */
  readonly changedAt: number
  readonly state: State
}

interface Sources {
  readonly all: () => readonly EventSource[]
  /** On disk when it returns. Throws ResourceNotFoundException. */
  readonly setEnabled: (id: string, enabled: boolean) => EventSource
}

const PATH = /^\/2015-03-31\/event-source-mappings(?:\/(?<id>[^/]+))?\/?$/

const Query = z.object({
  EventSourceArn: z.string().optional(),
  FunctionName: z.string().optional(),
  MaxItems: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .transform((count) => Math.min(count, 100))
    .optional(),
  Marker: z.string().min(1).optional(),
})
const Update = z.looseObject({ Enabled: z.boolean().optional(), FunctionName: z.string().optional() })

/**
 * ListEventSourceMappings, GetEventSourceMapping and UpdateEventSourceMapping, of which the last enables and disables:
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 */
export function eventSourceApi({ all, setEnabled }: Sources) {
  function list(url: URL): object {
    const { EventSourceArn, FunctionName, MaxItems, Marker } = Query.parse(Object.fromEntries(url.searchParams))
    const found = all()
      .filter(({ properties }) => EventSourceArn === undefined || properties.EventSourceArn === EventSourceArn)
      .filter(({ functionArn }) => FunctionName === undefined || isFunction(functionArn, FunctionName))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const { items, NextToken } = pageOf(found, ({ id }) => id, { Limit: MaxItems, NextToken: Marker })
    return {
      EventSourceMappings: items.map(describe),
      ...(NextToken === undefined ? {} : { NextMarker: NextToken }),
    }
  }

  function get(id: string): EventSource {
    const found = all().find((source) => source.id === id)
    if (!found) throw notFound()
    return found
  }

  function update(id: string, body: string): EventSource {
    const source = get(id)
    const { Enabled, FunctionName, ...others } = Update.parse(JSON.parse(body || '{}'))
    const [other] = Object.keys(others)
    if (other !== undefined) throw onlyEnabled(other)
    if (FunctionName !== undefined && !isFunction(source.functionArn, FunctionName)) throw onlyEnabled('FunctionName')
    return Enabled === undefined ? source : setEnabled(id, Enabled)
  }

  return ({ method, url: path, body }: AwsRequest): { readonly status: number; readonly body: unknown } => {
    const url = new URL(path, 'http://local')
    const id = PATH.exec(url.pathname)?.groups?.id
    if (id === undefined && method === 'GET') return { status: 200, body: list(url) }
    if (id !== undefined && method === 'GET') return { status: 200, body: describe(get(id)) }
    if (id !== undefined && method === 'PUT') return { status: 202, body: describe(update(id, body.toString())) }
    throw new AwsError('UnknownOperationException', `${method} ${path} is not supported locally`, 404)
  }
}

/** What Lambda says of an event source mapping that there is not. */
export const notFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404)

const onlyEnabled = (property: string): AwsError =>
  new AwsError(
    'InvalidParameterValueException',
    `Only Enabled can be changed on the local cloud, not ${property}: that is for the template to say.`,
  )

const isFunction = (functionArn: string, functionArnOrName: string): boolean =>
  functionNameIn(functionArn) === functionNameIn(functionArnOrName)

function describe({ id, arn, functionArn, properties, changedAt, state }: EventSource) {
  const { EventSourceArn, StartingPosition, MaximumRetryAttempts, MaximumRecordAgeInSeconds } = properties
  return {
    UUID: id,
    EventSourceMappingArn: arn,
    EventSourceArn,
    FunctionArn: functionArn,
    BatchSize: batchSizeOf(properties),
    MaximumBatchingWindowInSeconds: properties.MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: properties.FunctionResponseTypes,
    ScalingConfig: properties.ScalingConfig,
    FilterCriteria: properties.FilterCriteria,
    ...(isQueue(EventSourceArn)
      ? {}
      : {
          StartingPosition,
          MaximumRetryAttempts,
          MaximumRecordAgeInSeconds,
          BisectBatchOnFunctionError: properties.BisectBatchOnFunctionError,
          DestinationConfig: properties.DestinationConfig,
        }),
    LastModified: changedAt / 1000,
    State: state,
    StateTransitionReason: 'USER_INITIATED',
  }
}
