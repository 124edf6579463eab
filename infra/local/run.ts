import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { isUpToDate, parts } from '../build-state.ts'
import { Mistake } from '../mistake.ts'
import { BUILD_DIR, COMPILE_CACHE, root } from '../paths.ts'
import { createChaos } from './chaos.ts'
import { deleteState } from './database.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { type Cloud, startCloud } from './start-cloud.ts'
import { watch } from './watch.ts'

/** `npm start` with these arguments: runs until it is stopped, or says in one sentence why it cannot. */
export const run = (args: readonly string[]): Promise<void> =>
  main(args).catch((error) => {
    console.error(error instanceof Mistake ? error.message : error)
    process.exit(1)
  })

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, process.env)
  if (options.help) return void process.stdout.write(HELP)
  const stateDir = resolve(options.stateDir)
  const assembly = await buildIfNeeded(join(BUILD_DIR, 'cloud', contextName(options)), options)
  if (options.fresh) deleteState(stateDir)

  const cloud = await startCloud({
    assembly,
    stateDir,
    port: options.port,
    awsPort: options.awsPort,
    consoleFolder: join(BUILD_DIR, 'console'),
    compileCache: COMPILE_CACHE,
    warn: (message) => console.error(message),
    chaos: options.chaos === undefined ? undefined : createChaos(options.chaos),
  })
  stopOnSignal(cloud)
  announce(cloud, options)
  if (options.watch) await watch(cloud)
  console.log('ready')
}

/** Contexts are synthesized side by side, so that switching between them costs nothing. */
const contextName = ({ context }: Options): string =>
  Object.entries(context)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
    .replace(/[^\w=,.@-]/g, '_') || 'default'

async function buildIfNeeded(assembly: string, { context }: Options): Promise<string> {
  if (parts(assembly, context).every(isUpToDate)) return assembly
  const pairs = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const builder = spawn(process.execPath, [join(root, 'infra/build.ts'), '--assembly', assembly, ...pairs], {
    stdio: 'inherit',
  })
  const [code] = await once(builder, 'exit')
  // It has said why.
  if (code !== 0) process.exit(1)
  return assembly
}

function announce({ siteUrl, endpoint, outputs }: Cloud, { chaos }: Options): void {
  console.log(`
  site      ${siteUrl}/
  console   ${siteUrl}/_console/
  AWS       ${endpoint}   (any credentials, region us-east-1)
${chaos === undefined ? '' : `  chaos     seed ${chaos} (npm start -- --chaos=${chaos} repeats it)\n`}`)
  const width = Math.max(...[...outputs.keys()].map(({ length }) => length))
  for (const [name, value] of outputs) console.log(`  ${name.padEnd(width)}   ${value}`)
}

function stopOnSignal(cloud: Cloud): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(130)
    stopping = true
    await cloud.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
}
