import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type Service } from '../engine.ts'
import { toAwsError } from '../json-service.ts'
import { pageOf } from '../paging.ts'
import type { Invocation } from './environment.ts'
import { qualifierIn } from './function-name.ts'
import type { Pool } from './pool.ts'

interface Dependencies {
  readonly pools: ReadonlyMap<string, Pool>
  readonly pool: (functionArnOrName: string) => Pool
  /** Which version an alias or a version stands for. */
  readonly versionOf: (qualifier: string | undefined) => string
  readonly invoke: (functionArnOrName: string, payload: string) => Promise<Invocation>
  readonly invokeLater: (functionName: string, payload: string) => void
  /** What is asked about event source mappings; throws `AwsError`. */
  readonly eventSources: ((request: AwsRequest) => { readonly status: number; readonly body: unknown }) | undefined
}

const EVENT_SOURCES = '/2015-03-31/event-source-mappings'
const FUNCTIONS =
  /^\/2015-03-31\/functions(?:\/(?<name>[^/?]+))?(?:\/(?<part>invocations|configuration))?\/?(?<query>\?.*)?$/
const LOG_TAIL_BYTES = 4096

const Invoke = z.object({ invocationType: z.enum(['RequestResponse', 'Event', 'DryRun']).default('RequestResponse') })
/** In bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const

const Paging = z.object({
  // Lambda takes more than it answers: a page has fifty.
  MaxItems: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .transform((count) => Math.min(count, 50)),
  Marker: z.string().min(1).optional(),
})

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Invoke, ListFunctions, GetFunction and GetFunctionConfiguration, and what `eventSources` serves: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function lambdaService({ pools, pool, versionOf, invoke, invokeLater, eventSources }: Dependencies): Service {
  async function call(name: string, { headers, body: sent }: AwsRequest): Promise<AwsResponse> {
    const { config } = pool(name)
    const { invocationType: type } = Invoke.parse({ invocationType: headers['x-amz-invocation-type'] })
    const payload = sent.toString() || '{}'
    if (sent.length > MAX_PAYLOAD[type]) {
      const problem = `Request must be smaller than ${MAX_PAYLOAD[type]} bytes for the InvokeFunction operation`
      throw new AwsError('RequestTooLargeException', problem, 413)
    }
    mustBeJson(payload)
    if (type === 'DryRun') return { status: 204, body: '' }
    if (type === 'Event') {
      invokeLater(config.name, payload)
      return { status: 202, body: '' }
    }
    const { payload: body, functionError, log } = await invoke(config.name, payload)
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': versionOf(qualifierIn(name)),
        ...(functionError ? { 'x-amz-function-error': functionError } : {}),
        ...(headers['x-amz-log-type'] === 'Tail' ? { 'x-amz-log-result': tailOf(log) } : {}),
      },
      body,
    }
  }

  function list(query: URLSearchParams): object {
    const { MaxItems, Marker } = Paging.parse(Object.fromEntries(query))
    const sorted = [...pools.values()].toSorted((a, b) => (a.config.name < b.config.name ? -1 : 1))
    const { items, NextToken } = pageOf(sorted, ({ config }) => config.name, { Limit: MaxItems, NextToken: Marker })
    return { Functions: items.map(describe), ...(NextToken === undefined ? {} : { NextMarker: NextToken }) }
  }

  return async (request) => {
    const { method, url } = request
    try {
      if (eventSources && url.startsWith(EVENT_SOURCES)) {
        const { status, body } = eventSources(request)
        return answer(status, body)
      }
      const called = FUNCTIONS.exec(decodeURIComponent(url))?.groups
      const { name: named, part, query } = called ?? {}
      const qualifier = new URLSearchParams(query).get('Qualifier')
      const name = named && qualifier ? `${named}:${qualifier}` : named
      if (name && part === 'invocations' && method === 'POST') return await call(name, request)
      if (name && part === 'configuration' && method === 'GET') return answer(200, describe(pool(name)))
      if (name && part === undefined && method === 'GET') {
        return answer(200, { Configuration: describe(pool(name)), Code: { Location: pool(name).config.file } })
      }
      if (called && !name && method === 'GET') return answer(200, list(new URLSearchParams(query)))
      throw new AwsError('UnknownOperationException', `${method} ${url} is not supported locally`, 404)
    } catch (error) {
      const { code, message, status } = toAwsError(error)
      return answer(status, { Type: 'User', Message: message, message }, { 'x-amzn-errortype': code })
    }
  }
}

/** The end of what the function wrote, in base64. */
const tailOf = (log: readonly string[]): string =>
  Buffer.from(log.map((line) => `${line}\n`).join(''))
    .subarray(-LOG_TAIL_BYTES)
    .toString('base64')

function mustBeJson(payload: string): void {
  try {
    JSON.parse(payload)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`)
  }
}

const describe = ({ config, running }: Pool) => ({
  FunctionName: config.name,
  FunctionArn: config.arn,
  Runtime: 'nodejs24.x',
  Handler: `index.${config.exportName}`,
  Timeout: config.timeoutSeconds,
  MemorySize: config.memoryMb,
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
  Version: '$LATEST',
  LoggingConfig: { LogGroup: config.logGroup },
  Environment: { Variables: config.variables },
  ...(config.reservedConcurrency === undefined
    ? {}
    : { ReservedConcurrentExecutions: config.reservedConcurrency, ConcurrentExecutions: running() }),
})
