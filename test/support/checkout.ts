import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../infra/paths.ts'
import type { Ran } from './command.ts'

/** A copy of this checkout that a test may change. */
export interface Checkout {
  readonly root: string
  /** Runs a program in it to its end. */
  readonly run: (command: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ran>
  /** Runs a tool of `node_modules/.bin` in it to its end. */
  readonly tool: (name: string, ...args: readonly string[]) => Promise<Ran>
  /** Checks the types of these files and of all that they import, which is a fifth of the work of checking everything. */
  readonly checkTypes: (files: readonly string[]) => Promise<Ran>
  readonly remove: () => void
}

const NOT_COPIED = new Set(['node_modules', '.git', '.build', '.ensemble', '.artifacts'])
/** What is built, does not depend on where, and takes long. */
const BUILT = [
  'package.json',
  'functions',
  'functions.json',
  'functions.stamp',
  'site',
  'site.stamp',
  'console',
  'console.stamp',
]

const SOME_FILES = 'tsconfig.some.json'

/** Copies the sources to a temporary folder; the packages are this checkout's own. */
export function copyCheckout(): Checkout {
  const copy = mkdtempSync(join(tmpdir(), 'ensemble-checkout-'))
  for (const name of readdirSync(root).filter((each) => !NOT_COPIED.has(each)))
    cpSync(join(root, name), join(copy, name), { recursive: true })
  for (const name of BUILT.map((each) => join('.build', each)).filter((path) => existsSync(join(root, path))))
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const run: Checkout['run'] = (command, args, env) =>
    runToEnd(command, args, { cwd: copy, env: { ...process.env, ...env } })
  const tool: Checkout['tool'] = (name, ...args) => run(join(copy, 'node_modules/.bin', name), args)
  return {
    root: copy,
    run,
    tool,
    checkTypes: (files) => {
      writeFileSync(join(copy, SOME_FILES), JSON.stringify({ extends: './tsconfig.json', include: [], files }))
      return tool('tsc', '-p', SOME_FILES)
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  }
}

async function runToEnd(command: string, args: readonly string[], options: SpawnOptions): Promise<Ran> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
