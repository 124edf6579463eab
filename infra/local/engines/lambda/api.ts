import { AwsError, type AwsRequest, type AwsResponse, type Service } from '../engine.ts'
import { toAwsError } from '../json-service.ts'
import type { Invocation } from './environment.ts'
import type { Pool } from './pool.ts'

interface Dependencies {
  readonly pools: ReadonlyMap<string, Pool>
  readonly pool: (functionArnOrName: string) => Pool
  readonly invoke: (functionArnOrName: string, payload: string) => Promise<Invocation>
  readonly warn: (message: string) => void
  /** What is asked about event source mappings; throws `AwsError`. */
  readonly eventSources: ((request: AwsRequest) => { readonly status: number; readonly body: unknown }) | undefined
}

const ASYNC_ATTEMPTS = 3
const EVENT_SOURCES = '/2015-03-31/event-source-mappings'
const FUNCTIONS = /^\/2015-03-31\/functions(?:\/(?<name>[^/?]+))?(?<invoke>\/invocations)?\/?(?:\?.*)?$/

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** Invoke, ListFunctions and GetFunction, and what `eventSources` serves: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function lambdaService({ pools, pool, invoke, warn, eventSources }: Dependencies): Service {
  async function call(name: string, payload: string, type: string): Promise<AwsResponse> {
    const { config } = pool(name)
    mustBeJson(payload)
    if (type === 'DryRun') return { status: 204, body: '' }
    if (type === 'Event') {
      void invokeLater(config.name, payload)
      return { status: 202, body: '' }
    }
    const { payload: body, functionError } = await invoke(config.name, payload)
    const headers = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' }
    return {
      status: 200,
      headers: functionError ? { ...headers, 'x-amz-function-error': functionError } : headers,
      body,
    }
  }

  /** Asynchronous invocation: three attempts, as Lambda's own queue makes, but at once and in memory only. */
  async function invokeLater(name: string, payload: string): Promise<void> {
    for (let attempt = 1; attempt <= ASYNC_ATTEMPTS; attempt++) {
      const { functionError, payload: error } = await invoke(name, payload).catch(refused)
      if (!functionError) return
      warn(`${name} failed when invoked asynchronously (attempt ${attempt} of ${ASYNC_ATTEMPTS}): ${error}`)
    }
  }

  return async (request) => {
    const { method, url, headers, body } = request
    try {
      if (eventSources && url.startsWith(EVENT_SOURCES)) {
        const { status, body } = eventSources(request)
        return answer(status, body)
      }
      const called = FUNCTIONS.exec(decodeURIComponent(url))?.groups
      const { name, invoke: isInvoke } = called ?? {}
      if (name && isInvoke && method === 'POST') {
        return await call(name, body.toString() || '{}', String(headers['x-amz-invocation-type'] ?? 'RequestResponse'))
      }
      if (name && !isInvoke && method === 'GET') {
        return answer(200, { Configuration: describe(pool(name)), Code: { Location: pool(name).config.file } })
      }
      if (called && !name && method === 'GET') return answer(200, { Functions: [...pools.values()].map(describe) })
      throw new AwsError('UnknownOperationException', `${method} ${url} is not supported locally`, 404)
    } catch (error) {
      const { code, message, status } = toAwsError(error)
      return answer(status, { Type: 'User', Message: message, message }, { 'x-amzn-errortype': code })
    }
  }
}

/** A function that may not run now, seen as one that failed. */
const refused = (error: unknown): Invocation => ({
  functionError: 'Unhandled',
  payload: error instanceof Error ? error.message : String(error),
  log: [],
})

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
  PackageType: 'Zip',
  Version: '$LATEST',
  LoggingConfig: { LogGroup: config.logGroup },
  Environment: { Variables: config.variables },
  ...(config.reservedConcurrency === undefined
    ? {}
    : { ReservedConcurrentExecutions: config.reservedConcurrency, ConcurrentExecutions: running() }),
})
