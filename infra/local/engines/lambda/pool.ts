import { AwsError } from '../engine.ts'
import { type Environment, type FunctionConfig, type Invocation, startEnvironment } from './environment.ts'

/** The environments of one function. */
export interface Pool {
  readonly config: FunctionConfig
  /** Waits for a free environment, starting another if that takes long. Rejects only when the function is throttled. */
  readonly invoke: (payload: string, traceId?: string) => Promise<Invocation>
  /** From now on environments leave the cores to those of functions that somebody waits for. */
  readonly runInBackground: () => void
  readonly running: () => number
  /** Environments that are there, running or not. */
  readonly alive: () => number
  /** Lets running invocations end; whatever comes next runs in new environments, of changed code for example. */
  readonly retire: () => void
  /** Ends what runs; whatever waits, or comes later, is rejected. */
  readonly stop: () => Promise<void>
}

/**
 * Lambda starts another environment at once. Here it would take its time from the same cores, and serve nobody sooner:
 * so one is started only for somebody who has waited this long.
 */
const HELD_UP_MS = 100

type Log = (stream: string, lines: readonly string[]) => void

/** A pool without environments; `onLog` is told of the lines that each of them writes. */
export function createPool(config: FunctionConfig, compileCache: string, onLog: Log): Pool {
  const idle: Environment[] = []
  const busy = new Set<Environment>()
  const waiting: PromiseWithResolvers<Environment>[] = []
  let stopped = false
  let inBackground = false
  let retired = new WeakSet<Environment>()

  const start = () => startEnvironment(config, compileCache, onLog, inBackground)

  /** The most recently used one first: it is the warmest, and the others may rest. One may have died while idle. */
  function takeIdle(): Environment | undefined {
    const free = idle.pop()
    return free === undefined || free.isAlive() ? free : takeIdle()
  }

  function take(): Promise<Environment> {
    const free = takeIdle() ?? (busy.size === 0 ? start() : undefined)
    if (free) {
      busy.add(free)
      return Promise.resolve(free)
    }
    const turn = Promise.withResolvers<Environment>()
    waiting.push(turn)
    const heldUp = setTimeout(() => {
      if (busy.size >= config.concurrency) return
      waiting.splice(waiting.indexOf(turn), 1)
      const another = start()
      busy.add(another)
      turn.resolve(another)
    }, HELD_UP_MS)
    // Whoever waits hears of a rejection from `turn.promise` itself.
    turn.promise.catch(() => {}).finally(() => clearTimeout(heldUp))
    return turn.promise
  }

  function release(environment: Environment): void {
    busy.delete(environment)
    const usable = environment.isAlive() && !retired.has(environment)
    if (!usable) void environment.stop()
    const next = waiting.shift()
    if (next) {
      const free = usable ? environment : start()
      busy.add(free)
      next.resolve(free)
    } else if (usable) idle.push(environment)
  }

  return {
    config,
    runInBackground: () => {
      inBackground = true
    },
    running: () => busy.size,
    alive: () => [...busy, ...idle].filter((environment) => environment.isAlive()).length,
    invoke: async (payload, traceId) => {
      if (stopped) throw stopping()
      // Who waits for an environment counts, too: on AWS it would be running.
      if (busy.size + waiting.length >= (config.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)
      }
      const environment = await take()
      const invocation = await environment.invoke(payload, traceId)
      release(environment)
      return invocation
    },
    retire: () => {
      retired = new WeakSet(busy)
      for (const environment of idle.splice(0)) void environment.stop()
    },
    stop: async () => {
      stopped = true
      for (const { reject } of waiting.splice(0)) reject(stopping())
      await Promise.all([...idle.splice(0), ...busy].map((environment) => environment.stop()))
    },
  }
}

const stopping = () => new AwsError('ServiceException', 'The local cloud is stopping', 500)
