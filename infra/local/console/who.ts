import type { EventSources } from '../engines/event-sources.ts'
import type { EventBridge, RecordedEvent } from '../engines/eventbridge/index.ts'
import type { HttpApis } from '../engines/http-api/index.ts'
import { accessKeyOf, functionNameIn } from '../engines/lambda/function-name.ts'
import { CALLER as STEP_FUNCTIONS } from '../engines/step-functions/integrations.ts'
import { shortNames } from './short-names.ts'

export interface WhoDeps {
  readonly eventBridge: Pick<EventBridge, 'subscriptions'>
  readonly httpApis: Pick<HttpApis, 'routes'>
  readonly eventSources: Pick<EventSources, 'all'>
  readonly lambda: { readonly functions: () => readonly { readonly name: string }[] }
}

/** Who put an event on the bus. */
export interface Emitter {
  /**
   * What made its function run, as far as that is known; or that no function did it, but a workflow or a client of the AWS
   * endpoint.
   */
  readonly kind: 'route' | 'consumer' | 'stream' | 'function' | 'workflow' | 'client'
  /** `POST /api/register`; a consumer; a table; a state machine; else the function, or the client's access key id. */
  readonly name: string
  readonly function?: string
  /** The ARN of the workflow's execution. */
  readonly execution?: string
}

export type Who = ReturnType<typeof createWho>

/** As Step Functions names one, and the state machine in it. */
const EXECUTION = /^arn:aws:states:[^:]*:\d{12}:execution:([^:]+):/
const TABLE_STREAM = /:table\/([^/]+)\/stream\//

/** Tells which function is behind an access key id or a queue: what the app's routes and event sources say. */
export function createWho({ eventBridge, httpApis, eventSources, lambda }: WhoDeps) {
  const sources = () =>
    eventSources.all().map(({ functionArn, properties }) => ({
      function: functionNameIn(functionArn),
      arn: properties.EventSourceArn,
    }))

  function find(caller: string): Emitter {
    const name = lambda.functions().find((each) => accessKeyOf(each.name) === caller)?.name
    if (name === undefined) return { kind: 'client', name: caller }
    const routes = httpApis.routes().filter(({ functionArn }) => functionNameIn(functionArn) === name)
    if (routes.length > 0) return { kind: 'route', name: routes.map(({ key }) => key).join(', '), function: name }
    const source = sources().find((each) => each.function === name)
    const table = TABLE_STREAM.exec(source?.arn ?? '')?.[1]
    if (table !== undefined) return { kind: 'stream', name: short(table), function: name }
    const consumer = eventBridge.subscriptions.all().find(({ target }) => target.Arn === source?.arn)?.consumer
    return { kind: source ? 'consumer' : 'function', name: short(consumer ?? name), function: name }
  }

  // What is provisioned stays while the cloud runs.
  const known = new Map<string, Emitter>()
  const shortened = new Map<string, string>()

  /** What a consumer, table or workflow is called. */
  function short(name: string): string {
    const found = shortened.get(name) ?? shortNames(eventBridge)(name)
    shortened.set(name, found)
    return found
  }

  return {
    short,

    /** Of an event, unless nobody but EventBridge itself has put it there. */
    emitter({ caller, resources }: Pick<RecordedEvent, 'caller' | 'resources'>): Emitter | undefined {
      if (caller === undefined) return undefined
      const execution = caller === STEP_FUNCTIONS ? resources.findLast((arn) => EXECUTION.test(arn)) : undefined
      if (execution !== undefined)
        return { kind: 'workflow', name: short(EXECUTION.exec(execution)?.[1] ?? ''), execution }
      const emitter = known.get(caller) ?? find(caller)
      if (emitter.kind !== 'client') known.set(caller, emitter)
      return emitter
    },

    /** The function that works on what a rule sends to this target: itself, or what reads the queue. */
    functionBehind(targetArn: string): string | undefined {
      if (targetArn.split(':')[2] === 'lambda') return functionNameIn(targetArn)
      return sources().find(({ arn }) => arn === targetArn)?.function
    },
  }
}
