import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BUILD_FOLDER, isUpToDate, parts, root } from '../build-state.ts'
import { readAssembly } from './assembly/read.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { StartProblem } from './problem.ts'

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) return void process.stdout.write(HELP)
  const stateDir = resolve(options.stateDir)
  const assembly = await buildIfNeeded(join(BUILD_FOLDER, 'cloud', contextName(options)), options)
  if (options.fresh) rmSync(stateDir, { recursive: true, force: true })

  const cloud = await startCloud({
    assembly: readAssembly(assembly),
    stateDir,
    port: options.port,
    awsPort: options.awsPort,
    consoleFolder: join(BUILD_FOLDER, 'console'),
    warn: (message) => console.error(message),
  })
  stopOnSignal(cloud)
  announce(cloud)
  if (options.watch) {
    const { watch } = await import('./watch.ts')
    await watch(cloud)
  }
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
  if (code !== 0) throw new StartProblem('The app could not be built: see what it says above.')
  return assembly
}

function announce({ siteUrl, endpoint, outputs }: Cloud): void {
  console.log(`
  site      ${siteUrl}/
  console   ${siteUrl}/_console/
  AWS       ${endpoint}   (any credentials, region us-east-1)
`)
  for (const [name, value] of outputs) console.log(`  ${name.padEnd(12)} ${value}`)
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

main().catch((error) => {
  console.error(error instanceof StartProblem ? error.message : error)
  process.exit(1)
})
