import { createRequire, enableCompileCache } from 'node:module'
import { setPriority } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.ts'

// One execution environment: loads one function's bundle and runs one invocation at a time.
// Types only describe what the parent, our own code, sends.

const settings: WorkerSettings = workerData
const send = (message: FromWorker) => parentPort?.postMessage(message)

// A function's log is what it writes to its standard streams. Each line is sent as it is written: ahead of the answer, so
// that it is never attributed to the wrong invocation, and before an endless loop or an exit could lose it.
type Done = (error?: Error | null) => void
const logOf = (stream: NodeJS.WriteStream) => {
  const decoder = new StringDecoder()
  let rest = ''
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : chunk
    const lines = (rest + decoder.write(bytes)).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) send({ type: 'log', lines })
    const written = typeof encoding === 'function' ? encoding : done
    if (written) process.nextTick(written)
    return true
  }
  stream.write = write
  return {
    /** Sends what the invocation wrote last if it did not end the line. */
    flush: () => {
      if (rest) write('\n')
    },
  }
}
const logs = [logOf(process.stdout), logOf(process.stderr)]
const flush = () => {
  for (const log of logs) log.flush()
}

const toError = (thrown: unknown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }

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

// On Linux this is the priority of this thread alone; elsewhere it would be the whole process's.
if (settings.inBackground && process.platform === 'linux') setPriority(10)
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
