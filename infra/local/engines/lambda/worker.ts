import { createRequire, enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.ts'

// One execution environment: loads one function's bundle and runs one invocation at a time.
// Types only describe what the parent, our own code, sends.

const settings: WorkerSettings = workerData
const send = (message: FromWorker) => parentPort?.postMessage(message)

// A function's log is what it writes to its standard streams. They are collected here and sent ahead of the answer,
// so that a line is never attributed to the wrong invocation.
let lines: string[] = []
let rest = ''
function capture(chunk: unknown): boolean {
  const parts = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString())).split('\n')
  rest = parts.pop() ?? ''
  if (parts.length === 0) return true
  if (lines.length === 0) setImmediate(flush)
  lines.push(...parts)
  return true
}
function flush(): void {
  if (lines.length === 0) return
  send({ type: 'log', lines })
  lines = []
}
process.stdout.write = capture
process.stderr.write = capture

const toError = (thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
}

async function invoke({ id, payload, requestId, deadline, traceId }: ToWorker): Promise<void> {
  process.env._X_AMZN_TRACE_ID = traceId
  const context = {
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    awsRequestId: requestId,
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  try {
    const result: unknown = await handler(JSON.parse(payload), context)
    flush()
    send({ type: 'result', id, payload: JSON.stringify(result ?? null) })
  } catch (error) {
    flush()
    send({ type: 'result', id, payload: JSON.stringify(toError(error)), functionError: 'Unhandled' })
  }
}

enableCompileCache(settings.compileCache)
let handler: (event: unknown, context: object) => unknown = () => undefined
try {
  const exported: unknown = createRequire(settings.file)(settings.file)
  const found = exported instanceof Object ? Reflect.get(exported, settings.exportName) : undefined
  if (typeof found !== 'function') throw new Error(`${settings.file} exports no function ${settings.exportName}`)
  handler = (event, context) => Reflect.apply(found, undefined, [event, context])
  parentPort?.on('message', invoke)
  send({ type: 'ready' })
} catch (error) {
  flush()
  send({ type: 'failed', payload: JSON.stringify(toError(error)) })
}
