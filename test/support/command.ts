import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a command of `npm run` did. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs `infra/commands/<name>.ts` to its end, without a terminal, with the variables `env` in place of this process's own.
 * `onOutput` sees what it has printed so far, and may send it a signal.
 */
export async function runCommand(
  name: string,
  args: readonly string[],
  onOutput: (printed: string, signal: (name: NodeJS.Signals) => void) => void = () => {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Ran> {
  const path = fileURLToPath(new URL(`../../infra/commands/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    onOutput(stdout, (signal) => child.kill(signal))
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
