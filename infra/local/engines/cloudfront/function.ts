import { createContext, Script } from 'node:vm'
import * as z from 'zod'

const Values = z.record(
  z.string(),
  z.object({ value: z.string(), multiValue: z.array(z.object({ value: z.string() })).optional() }),
)
const Cookies = z.record(z.string(), z.object({ value: z.string(), attributes: z.string().optional() }))

const EventRequest = z.object({
  method: z.string(),
  uri: z.string().startsWith('/'),
  querystring: Values.default({}),
  headers: Values.default({}),
  cookies: Cookies.default({}),
})
export type EventRequest = z.output<typeof EventRequest>

const EventResponse = z.object({
  statusCode: z.number().int().min(200).max(599),
  statusDescription: z.string().optional(),
  headers: Values.default({}),
  cookies: Cookies.default({}),
  body: z
    .union([z.string(), z.object({ encoding: z.enum(['text', 'base64']), data: z.string() })])
    .transform((body) => (typeof body === 'string' ? { encoding: 'text' as const, data: body } : body))
    .optional(),
})
export type EventResponse = z.output<typeof EventResponse>

export interface FunctionEvent {
  readonly version: '1.0'
  readonly context: {
    readonly distributionDomainName: string
    readonly distributionId: string
    readonly eventType: 'viewer-request' | 'viewer-response'
    readonly requestId: string
  }
  readonly viewer: { readonly ip: string }
  readonly request: EventRequest
  readonly response?: Pick<EventResponse, 'statusCode' | 'headers' | 'cookies'>
}

/** A CloudFront Function, ready to run. Both throw what the function throws, or if its answer makes no sense. */
export interface EdgeFunction {
  /** The request to go on with, or the answer to give instead. */
  readonly onRequest: (event: FunctionEvent) => EventRequest | EventResponse
  readonly onResponse: (event: FunctionEvent) => EventResponse
}

/**
 * On AWS it has about a millisecond of computing; this is what keeps an endless loop from being one. It is measured by
 * the clock on the wall, so it must outlast any moment in which a busy machine does not let this process run.
 */
const TIMEOUT_MS = 2000

/**
 * Compiles a CloudFront Function of the runtime cloudfront-js-2.0. What it logs is dropped.
 * Throws if the code does not run or defines no `handler`; modules, such as key value stores, are not supported.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function compileFunction(code: string): EdgeFunction {
  const outcome: { result?: unknown; error?: unknown } = {}
  // Events and answers cross as JSON: the function never holds an object of ours.
  const global = createContext(
    {
      event: '',
      resolved: (json: string) => {
        outcome.result = JSON.parse(json)
      },
      rejected: (message: string) => {
        outcome.error = new Error(message)
      },
    },
    // An async function is done when its script is: it has nothing to wait for but itself.
    { microtaskMode: 'afterEvaluate' },
  )
  new Script(`${PREAMBLE}\n${code}`).runInContext(global, { timeout: TIMEOUT_MS })
  if (new Script('typeof handler').runInContext(global) !== 'function') throw new Error('it defines no handler')
  const call = new Script(CALL)

  function run(event: FunctionEvent): unknown {
    delete outcome.result
    delete outcome.error
    global.event = JSON.stringify(event)
    call.runInContext(global, { timeout: TIMEOUT_MS })
    if (outcome.error) throw outcome.error
    return outcome.result
  }

  return {
    onRequest: (event) => z.union([EventResponse, EventRequest]).parse(run(event)),
    onResponse: (event) => EventResponse.parse(run(event)),
  }
}

const PREAMBLE = 'globalThis.console = { log() {}, error() {} };'
const CALL = `
  Promise.resolve(JSON.parse(event)).then(handler)
    .then((answer) => resolved(JSON.stringify(answer)))
    .catch((error) => rejected(String(error)))`
