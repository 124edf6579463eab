import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { root } from '../../infra/paths.ts'
import { until } from './until.ts'

/** What a function had no time for, on a busy machine, comes back after the 36 seconds of its queue's visibility timeout. */
const SETTLED_MS = 50_000

const MAIN = 'infra/local/main.mjs'

/** The seed of tests that run while deliveries come twice, late and out of order, and functions fail. */
const CHAOS = process.env.CHAOS_SEED

export const Email = z.object({
  id: z.string(),
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  sentAt: z.iso.datetime(),
})
export type Email = z.infer<typeof Email>

const ConsoleEvent = z.object({
  id: z.string(),
  name: z.string(),
  time: z.string(),
  source: z.string(),
  detail: z.object({ metadata: z.record(z.string(), z.unknown()), data: z.record(z.string(), z.unknown()) }),
  deliveries: z.array(
    z.object({ consumer: z.string(), outcome: z.string(), attempts: z.number(), ms: z.number().nullable() }),
  ),
})
type ConsoleEvent = z.infer<typeof ConsoleEvent>

const Settled = z.object({ inFlight: z.literal(0), executions: z.literal(0) })

/** A local cloud in a process of its own, as `npm start` runs it, on free ports. */
export interface RunningCloud {
  readonly siteUrl: string
  readonly endpoint: string
  readonly stateDir: string
  readonly pid: number
  /** What it has printed so far. */
  readonly printed: () => string
  /** Resolves once every consumer has settled every event, dead letters included, and no workflow runs any more. */
  readonly settled: () => Promise<void>
  readonly emails: (to?: string) => Promise<Email[]>
  readonly events: (filter?: Readonly<Record<string, string>>) => Promise<ConsoleEvent[]>
  readonly stop: () => Promise<number | null>
  readonly kill: () => Promise<void>
}

/** A folder of one's own under the system's temporary one. */
export const newStateDir = (): string => mkdtempSync(join(tmpdir(), 'ensemble-'))

export const removeStateDir = (stateDir: string): void => rmSync(stateDir, { recursive: true, force: true })

/** Runs `npm start`'s main program; resolves when it says `ready`, rejects with what it printed if it ends before. */
export const startCloud = (stateDir: string, ...args: readonly string[]): Promise<RunningCloud> =>
  startCloudOf(root, stateDir, ...args)

/** The same of another checkout. */
export async function startCloudOf(
  checkout: string,
  stateDir: string,
  ...args: readonly string[]
): Promise<RunningCloud> {
  const chaos = CHAOS === undefined ? [] : [`--chaos=${CHAOS}`]
  const { child, printed } = launch(checkout, '--port', '0', '--aws-port', '0', '--state', stateDir, ...chaos, ...args)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => printed().match(/^ready$/m) && resolve())
    child.on('exit', () => reject(new Error(`The local cloud ended before it was ready:\n${printed()}`)))
  })
  const url = (name: string) => new RegExp(`${name} +(http://[^\\s]+)`).exec(printed())?.[1]?.replace(/\/$/, '') ?? ''
  const siteUrl = url('site')
  const get = async (path: string): Promise<unknown> => (await fetch(`${siteUrl}/_console/api/${path}`)).json()
  return {
    siteUrl,
    endpoint: url('AWS'),
    stateDir,
    printed,
    settled: async () => void (await until(async () => Settled.parse(await get('status')), SETTLED_MS)),
    pid: child.pid ?? 0,
    emails: async (to) =>
      z.array(Email).parse(await get(`emails?limit=10000${to ? `&to=${encodeURIComponent(to)}` : ''}`)),
    events: async (filter = {}) =>
      z.array(ConsoleEvent).parse(await get(`events?${new URLSearchParams({ limit: '1000', ...filter })}`)),
    stop: () => end(child, 'SIGTERM'),
    kill: async () => void (await end(child, 'SIGKILL')),
  }
}

/** Runs it to its end: for what makes it refuse to start. */
export async function runToEnd(...args: readonly string[]): Promise<{ code: number | null; printed: string }> {
  const { child, printed } = launch(root, ...args)
  await once(child, 'close')
  return { code: child.exitCode, printed: printed() }
}

function launch(checkout: string, ...args: readonly string[]): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [join(checkout, MAIN), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  return { child, printed: () => text }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return child.exitCode
}
