import type { Chaos } from './chaos.ts'
import { asMistake, openDatabase } from './database.ts'
import { startDynamoDb } from './engines/dynamodb/process.ts'
import type { CloudContext } from './engines/engine.ts'
import type { Lambda } from './engines/lambda/index.ts'
import { listen } from './listen.ts'

export interface CloudOptions {
  /** Folder of the synthesized app. */
  readonly assembly: string
  readonly stateDir: string
  /** 0 takes a free port. */
  readonly port: number
  readonly awsPort: number
  /** The console's built pages. */
  readonly consoleFolder: string
  /** Folder for V8's compiled code, which outlives the state. */
  readonly compileCache: string
  readonly warn: (message: string) => void
  /** What goes wrong on purpose; nothing if not given. */
  readonly chaos?: Chaos | undefined
}

export interface Cloud {
  readonly siteUrl: string
  readonly endpoint: string
  /** The stacks' outputs. */
  readonly outputs: ReadonlyMap<string, string>
  readonly reload: Lambda['reload']
  readonly stop: () => Promise<void>
}

export type Cleanup = () => Promise<void> | void

/**
 * Runs a synthesized app on this machine: provisions every resource on its engine, then serves the site and the AWS
 * endpoint. Throws a `Mistake` for what the user can put right and for what no engine does; nothing is left running
 * then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const cleanups: Cleanup[] = []
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }
  try {
    return { ...(await start(options, cleanups)), stop }
  } catch (error) {
    await stop()
    // A damaged page is found only where something reads it.
    throw asMistake(options.stateDir, error)
  }
}

async function start(options: CloudOptions, cleanups: Cleanup[]): Promise<Omit<Cloud, 'stop'>> {
  const { stateDir, warn } = options
  const site = await listen(options.port, '--port')
  cleanups.push(site.close)
  const aws = await listen(options.awsPort, '--aws-port')
  cleanups.push(aws.close)
  const database = openDatabase(stateDir)
  cleanups.push(() => database.close())

  const context: CloudContext = {
    account: '000000000000',
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${aws.port}`,
    siteUrl: `http://localhost:${site.port}`,
    stateDir,
    database,
    now: Date.now,
    warn,
  }
  // Java takes longest, so it starts first, and all the rest is loaded meanwhile.
  const java = startDynamoDb(context)
  cleanups.push(async () => (await java).stop())
  // If it fails, whoever waits for it hears of that.
  java.catch(() => {})
  const { serveCloud } = await import('./cloud.ts')
  return serveCloud({ options, context, site, aws, java, cleanups })
}
