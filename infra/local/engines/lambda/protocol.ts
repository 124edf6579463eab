/** What an execution environment is started with. */
export interface WorkerSettings {
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
  readonly logGroup: string
  readonly logStream: string
  /** The bundle and what it exports. */
  readonly file: string
  readonly exportName: string
  readonly compileCache: string
  /** Nobody waits for its answers: it leaves the cores to those that somebody waits for. */
  readonly inBackground: boolean
}

/** One invocation; `deadline` is in milliseconds since the epoch. */
export interface ToWorker {
  readonly id: number
  readonly payload: string
  readonly requestId: string
  readonly deadline: number
  readonly traceId: string
}

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly payload: string }
  | { readonly type: 'log'; readonly lines: readonly string[] }
  | { readonly type: 'result'; readonly id: number; readonly payload: string; readonly functionError?: string }
