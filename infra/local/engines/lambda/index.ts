import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type { Mishap } from '../../chaos.ts'
import { AwsError, type AwsRequest, type CloudContext, type Engine, resourceType } from '../engine.ts'
import { lambdaService } from './api.ts'
import type { FunctionConfig, Invocation } from './environment.ts'
import { type Fault, failedOnPurpose } from './faults.ts'
import { accessKeyOf, functionNameIn, qualifierIn } from './function-name.ts'
import { openLater } from './later.ts'
import { createPool, type Pool } from './pool.ts'
import { type Lately, recentInvocations } from './recent.ts'
import { type Alias, createVersions } from './versions.ts'

export type { Invocation } from './environment.ts'

export interface Lambda extends Engine {
  /**
   * Runs a function and waits for it. A function that fails is an invocation with a `functionError`.
   * Rejects with `ResourceNotFoundException` or `TooManyRequestsException`.
   */
  readonly invoke: (
    functionArnOrName: string,
    payload: string,
    options?: { readonly traceId?: string; readonly mishap?: Mishap | undefined },
  ) => Promise<Invocation>
  /**
   * Accepts an invocation that nobody waits for; on disk when it returns. Throws `ResourceNotFoundException`.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
   */
  readonly invokeLater: (functionArnOrName: string, payload: string) => void
  /** For a function whose answers nobody waits for: it leaves the cores to the others. */
  readonly runInBackground: (functionArnOrName: string) => void
  readonly timeoutSeconds: (functionArnOrName: string) => number
  readonly exists: (functionArnOrName: string) => boolean
  /** What a function signs its calls with, by its access key; `undefined` if that is no function's. */
  readonly secretOf: (accessKeyId: string) => string | undefined
  /** In the order of their names. */
  readonly functions: () => readonly FunctionView[]
  /** Throws `ResourceNotFoundException`. */
  readonly function: (functionArnOrName: string) => FunctionConfig
  /** New invocations load the bundles in these folders anew. */
  readonly reload: (folders: readonly string[]) => void
}

/** A function and how it is. */
export interface FunctionView extends FunctionConfig {
  /** Environments that there are, and how many of them work at this moment. */
  readonly alive: number
  readonly running: number
  readonly aliases: readonly Alias[]
  readonly lately: Lately
}

export interface LambdaDependencies {
  /** Folder for V8's compiled code, which may be deleted at any time. */
  readonly compileCache: string
  /** Folder behind an asset's object key. */
  readonly assetPath: (objectKey: string) => string | undefined
  readonly log: (group: string, stream: string, lines: readonly string[]) => void
  /** Which invocations fail on purpose; none if not given. */
  readonly fault?: Fault
  /** The part of Lambda's API that is about event source mappings. */
  readonly eventSources?: (request: AwsRequest) => { readonly status: number; readonly body: unknown }
  /** Milliseconds until an invocation that nobody waits for is tried again, after so many tries in vain. */
  readonly backoff?: (tries: number) => number
}

// A machine's cores bound what more environments could gain; whoever waits meanwhile waits for a few milliseconds.
const ENVIRONMENTS_PER_FUNCTION = Math.max(2, availableParallelism())

/** Nobody's but this machine's. */
const SECRET = 'local'

/** From a second up to five minutes, as Lambda does it with what is throttled. */
const everSlower = (tries: number): number => Math.min(1000 * 2 ** (tries - 1), 5 * 60_000)

const ignored = z.unknown().optional()
const FunctionProperties = z.strictObject({
  FunctionName: z.string(),
  Code: z.strictObject({ S3Bucket: ignored, S3Key: z.string() }),
  Handler: z.string().regex(/^[\w/-]+\.\w+$/, 'a handler is file.export'),
  Runtime: z.string().startsWith('nodejs', 'only Node.js functions run here'),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: ignored,
      ApplicationLogLevel: ignored,
      SystemLogLevel: ignored,
    })
    .optional(),
  Role: z.string().optional(),
  // The processor, tracing and labels of the real thing change nothing that a function sees here.
  Architectures: ignored,
  TracingConfig: ignored,
  Tags: ignored,
  Description: ignored,
})

/** Lambda: worker threads, each an execution environment with its own variables that runs one invocation at a time. */
export function createLambda(
  context: CloudContext,
  { assetPath, log, compileCache, eventSources, fault = () => undefined, backoff = everSlower }: LambdaDependencies,
): Lambda {
  const pools = new Map<string, Pool>()
  const recent = recentInvocations(context.now)
  const arnOf = (name: string) => `arn:aws:lambda:${context.region}:${context.account}:function:${name}`

  const versions = createVersions(arnOf)

  function find(functionArnOrName: string): Pool | undefined {
    const name = functionNameIn(functionArnOrName)
    return versions.has(name, qualifierIn(functionArnOrName)) ? pools.get(name) : undefined
  }

  function pool(functionArnOrName: string): Pool {
    const found = find(functionArnOrName)
    if (found) return found
    const qualifier = qualifierIn(functionArnOrName)
    const name = functionNameIn(functionArnOrName) + (qualifier === undefined ? '' : `:${qualifier}`)
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(name)}`, 404)
  }

  const functions = resourceType({
    properties: FunctionProperties,
    provision: async ({ properties }) => {
      const name = properties.FunctionName
      const folder = assetPath(properties.Code.S3Key)
      const [module, exportName] = properties.Handler.split('.')
      if (!folder || !module || !exportName) throw new Error(`The code of ${name} is not in the assembly`)
      const file = join(folder, `${module}.js`)
      if (!statSync(file, { throwIfNoEntry: false })) throw new Error(`${name} has no ${module}.js in ${folder}`)
      const logGroup = properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`
      const reserved = properties.ReservedConcurrentExecutions
      const config = {
        name,
        arn: arnOf(name),
        file,
        exportName,
        timeoutSeconds: properties.Timeout,
        memoryMb: properties.MemorySize,
        logGroup,
        variables: {
          ...properties.Environment?.Variables,
          ...standardVariables(name, logGroup, properties, context),
        },
        concurrency: Math.min(ENVIRONMENTS_PER_FUNCTION, reserved ?? ENVIRONMENTS_PER_FUNCTION),
        reservedConcurrency: reserved,
        roleArn: properties.Role,
      }
      pools.set(
        name,
        createPool(config, compileCache, (stream, lines) => log(logGroup, stream, lines)),
      )
      return { ref: name, attributes: { Arn: arnOf(name) } }
    },
  })

  const invoke: Lambda['invoke'] = async (functionArnOrName, payload, options) => {
    const startedAt = performance.now()
    const called = pool(functionArnOrName)
    const invocation = await run(called, payload, options).catch((error: unknown) => {
      if (error instanceof AwsError && error.status === 429) recent.addThrottled(called.config.name)
      throw error
    })
    recent.add(called.config.name, performance.now() - startedAt, invocation.functionError !== undefined)
    return invocation
  }

  async function run(
    { config, invoke }: Pool,
    payload: string,
    { traceId, mishap }: Parameters<Lambda['invoke']>[2] = {},
  ): Promise<Invocation> {
    if (mishap?.kind === 'slow') await pause(mishap.ms)
    const point = mishap?.kind === 'before' || mishap?.kind === 'after' ? mishap.kind : fault(config.name)
    if (point === undefined) return invoke(payload, traceId)
    const before = point === 'after' ? await invoke(payload, traceId) : undefined
    const invocation = failedOnPurpose(point, before?.log)
    log(config.logGroup, 'on-purpose', invocation.log.slice(-1))
    return invocation
  }

  const later = openLater(context, { invoke, backoff })
  const invokeLater: Lambda['invokeLater'] = (functionArnOrName, payload) =>
    later.add(pool(functionArnOrName).config.name, payload)

  return {
    resources: { 'AWS::Lambda::Function': functions, ...versions.resources },
    services: {
      lambda: lambdaService({ pools, pool, versionOf: versions.versionOf, invoke, invokeLater, eventSources }),
    },
    invoke,
    invokeLater,
    runInBackground: (name) => pool(name).runInBackground(),
    secretOf: (accessKeyId) =>
      [...pools.keys()].some((name) => accessKeyOf(name) === accessKeyId) ? SECRET : undefined,
    exists: (name) => find(name) !== undefined,
    functions: () =>
      [...pools.values()]
        .map(({ config, alive, running }) => ({
          ...config,
          alive: alive(),
          running: running(),
          aliases: versions.aliasesOf(config.name),
          lately: recent.of(config.name),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    function: (name) => pool(name).config,
    timeoutSeconds: (name) => pool(name).config.timeoutSeconds,
    reload: (folders) => {
      for (const { config, retire } of pools.values()) {
        if (folders.some((folder) => config.file.startsWith(join(folder, '/')))) retire()
      }
    },
    start: later.start,
    stop: async () => {
      later.stop()
      await Promise.all([...pools.values()].map(({ stop }) => stop()))
    },
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function standardVariables(
  name: string,
  logGroup: string,
  { Handler, MemorySize, Runtime }: z.output<typeof FunctionProperties>,
  { region, endpoint }: CloudContext,
): Readonly<Record<string, string>> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyOf(name),
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL: endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    _HANDLER: Handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  }
}
