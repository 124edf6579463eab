import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as z from 'zod'

/** A Python that has boto3. */
interface Python {
  readonly path: string
  /** Of boto3. */
  readonly version: string
}

/** A file of checks: one for each function in it whose name does not begin with an underscore. */
interface Script {
  readonly name: string
  readonly path: string
  readonly checks: readonly string[]
}

const FOLDER = fileURLToPath(new URL('../fixtures/boto3', import.meta.url))
const HARNESS = 'harness.py'
const run = promisify(execFile)

/** The system's Python and the one on the PATH: those that have boto3, each version once. */
export function pythons(): readonly Python[] {
  const found = ['/usr/bin/python3', 'python3'].flatMap((path) => {
    try {
      const options = { encoding: 'utf8', stdio: 'pipe' } as const
      return [{ path, version: execFileSync(path, ['-c', 'import boto3; print(boto3.__version__)'], options).trim() }]
    } catch {
      return []
    }
  })
  return [...new Map(found.map((python) => [python.version, python])).values()]
}

/** What there is to run, found by reading, so that a test can be made of each check before anything runs. */
export const scripts = (): readonly Script[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.py') && file !== HARNESS)
    .map((file) => {
      const path = `${FOLDER}/${file}`
      const checks = [...readFileSync(path, 'utf8').matchAll(/^def ([a-z]\w*)\(/gm)].flatMap(([, name]) => name ?? [])
      return { name: file.replace(/\.py$/, ''), path, checks }
    })

const Results = z.record(z.string(), z.string())

/** Runs a script against an endpoint. Answers for each check why it failed, and `''` for one that did not. */
export async function runScript(
  python: Python,
  script: Script,
  endpoint: string,
): Promise<Readonly<Record<string, string>>> {
  // Without a line of compiled Python left behind.
  const { stdout } = await run(python.path, ['-B', '-W', 'ignore', `${FOLDER}/${HARNESS}`, script.path, endpoint])
  return Results.parse(JSON.parse(stdout))
}
