import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { newTraceId } from '../attempts.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.ts'

export interface FunctionConfig {
  readonly name: string
  readonly arn: string
  readonly file: string
  readonly exportName: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly logGroup: string
  readonly variables: Readonly<Record<string, string>>
  /** At most so many environments at a time; 0 refuses every invocation. */
  readonly concurrency: number
  readonly reservedConcurrency: number | undefined
  /** What it may do. */
  readonly roleArn: string | undefined
}

/** What became of one invocation. `log` holds the lines that the function wrote meanwhile. */
export interface Invocation {
  readonly payload: string
  readonly functionError?: string
  readonly log: readonly string[]
}

interface Running {
  readonly id: number
  readonly log: string[]
  /** Once the bundle is loaded. */
  readonly begin: () => void
  readonly end: (invocation: Invocation) => void
}

export interface Environment {
  /** One at a time. Never rejects: a function that throws, hangs or dies is an invocation with a `functionError`. */
  readonly invoke: (payload: string, traceId: string | undefined) => Promise<Invocation>
  /** False once it timed out, died or was stopped. */
  readonly isAlive: () => boolean
  readonly stop: () => Promise<unknown>
}

const WORKER = new URL('./worker.ts', import.meta.url)
/** For loading the bundle, which the function's own timeout does not include. */
const INIT_SECONDS = 10
const RUNTIME_ERROR = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage })

/** Starts an execution environment: a worker thread with the function's own environment variables. */
export function startEnvironment(
  config: FunctionConfig,
  compileCache: string,
  onLog: (stream: string, lines: readonly string[]) => void,
  inBackground: boolean,
): Environment {
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`
  const settings: WorkerSettings = {
    functionName: config.name,
    functionArn: config.arn,
    memoryMb: config.memoryMb,
    logGroup: config.logGroup,
    logStream,
    file: config.file,
    exportName: config.exportName,
    compileCache,
    inBackground,
  }
  const worker = new Worker(WORKER, {
    workerData: settings,
    env: { ...config.variables },
    stdout: true,
    stderr: true,
    name: config.name,
    // The default of 48 MB for new objects makes an environment three times as large and no faster.
    resourceLimits: { maxOldGenerationSizeMb: config.memoryMb, maxYoungGenerationSizeMb: 12 },
  })
  let alive = true
  let loaded = false
  let nextId = 1
  let running: Running | undefined
  let initFailure: string | undefined

  const finish = (payload: string, functionError?: string) => {
    const { log = [], end } = running ?? {}
    running = undefined
    end?.({ payload, log, ...(functionError ? { functionError } : {}) })
  }
  const die = (payload: string) => {
    alive = false
    initFailure = payload
    finish(payload, 'Unhandled')
  }

  worker.on('message', (message: FromWorker) => {
    switch (message.type) {
      case 'log':
        running?.log.push(...message.lines)
        return onLog(logStream, message.lines)
      case 'result':
        if (message.id === running?.id) finish(message.payload, message.functionError)
        return
      case 'failed':
        onLog(logStream, [message.payload])
        return die(message.payload)
      case 'ready':
        loaded = true
        return running?.begin()
    }
  })
  worker.on('error', (error) => die(RUNTIME_ERROR(error.name, error.message)))
  worker.on('exit', () =>
    die(initFailure ?? RUNTIME_ERROR('Runtime.ExitError', 'Runtime exited without providing a reason')),
  )
  worker.unref()

  const invoke = (payload: string, traceId: string | undefined): Promise<Invocation> =>
    new Promise((resolve) => {
      if (!alive) return resolve({ payload: initFailure ?? '', functionError: 'Unhandled', log: [] })
      const requestId = randomUUID()
      let timer: NodeJS.Timeout | undefined
      const limit = (seconds: number) => {
        clearTimeout(timer)
        timer = setTimeout(() => {
          const text = `Task timed out after ${seconds.toFixed(2)} seconds`
          die(RUNTIME_ERROR('Sandbox.Timedout', `RequestId: ${requestId} Error: ${text}`))
          onLog(logStream, [`${new Date().toISOString()} ${requestId} ${text}`])
          void worker.terminate()
        }, seconds * 1000)
      }
      const id = nextId++
      const begin = () => {
        limit(config.timeoutSeconds)
        const deadline = Date.now() + config.timeoutSeconds * 1000
        const message: ToWorker = { id, payload, requestId, deadline, traceId: traceId ?? newTraceId() }
        worker.postMessage(message)
      }
      const end = (invocation: Invocation) => {
        clearTimeout(timer)
        worker.unref()
        resolve(invocation)
      }
      running = { id, log: [], begin, end }
      worker.ref()
      if (loaded) begin()
      else limit(INIT_SECONDS)
    })

  return {
    invoke,
    isAlive: () => alive,
    stop: () => {
      alive = false
      return worker.terminate()
    },
  }
}
