import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, onTestFinished } from 'vitest'
import { createFaults, type Faults } from '../../../infra/local/engines/lambda/faults.ts'
import { createLambda, type Lambda } from '../../../infra/local/engines/lambda/index.ts'
import { untilTrue } from '../../support/until.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

interface Functions {
  readonly lambda: Lambda
  readonly faults: Faults
  /** Provisions the function `name`, whose bundle is `code` (CommonJS, `exports.handler = …`); answers its folder. */
  readonly add: (name: string, code: string, properties?: object) => Promise<string>
  /** What was logged so far, by function. */
  readonly log: (name: string) => readonly string[]
  readonly warnings: readonly string[]
}

type Log = (group: string, stream: string, lines: readonly string[]) => void

/** The Lambda engine with functions of the test's own; stops with the test. `also` is told of what is logged, too. */
export function startFunctions(also: Log = () => {}): Functions {
  const root = temporaryFolder()
  const logs = new Map<string, string[]>()
  const warnings: string[] = []
  const faults = createFaults()
  const lambda = createLambda(cloudContext(root, { warn: (message) => void warnings.push(message) }), {
    compileCache: join(root, 'compile-cache'),
    assetPath: (objectKey) => join(root, objectKey),
    log: (group, stream, lines) => {
      logs.set(group, [...(logs.get(group) ?? []), ...lines])
      also(group, stream, lines)
    },
    fault: faults.next,
    backoff: () => 10,
  })
  onTestFinished(() => lambda.stop?.())
  return {
    lambda,
    faults,
    add: async (name, code, properties = {}) => {
      const folder = join(root, name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'index.js'), code)
      await provision(lambda, 'AWS::Lambda::Function', {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 10,
        ...properties,
      })
      return folder
    },
    log: (name) => logs.get(`/aws/lambda/${name}`) ?? [],
    warnings,
  }
}

/** Starts the function `job` with this bundle. */
export async function start(code: string, properties: object = {}) {
  const functions = startFunctions()
  const folder = await functions.add('job', code, properties)
  return { ...functions, folder, run: runner(functions) }
}

/** Invokes a function: what it answers, parsed, and how it failed. */
export const runner =
  ({ lambda }: Functions, name = 'job') =>
  async (event: unknown = {}, options = {}) => {
    const { payload, functionError, log } = await lambda.invoke(name, JSON.stringify(event), options)
    const result: unknown = JSON.parse(payload)
    return { result, functionError, log }
  }

/** A bundle whose handler does this with `event` and `context`. */
export const handler = (body: string): string => `exports.handler = async (event, context) => { ${body} }`

const threads = new Set<Worker>()
process.on('worker', (thread) => {
  threads.add(thread)
  thread.once('exit', () => threads.delete(thread))
})
afterAll(() => untilTrue(() => threads.size === 0))

/** How many worker threads there are. None may be left when a file's tests are over. */
export const workers = (): number => threads.size
