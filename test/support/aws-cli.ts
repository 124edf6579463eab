import { type ExecFileException, execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { Ran } from './command.ts'

// Debian's, even where another one comes first on the PATH: the older a client, the more it wants.
const DEBIANS = '/usr/bin/aws'
const SERVER = fileURLToPath(new URL('aws-cli.py', import.meta.url))

/** As on a machine on which nobody has set up anything. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'any-key',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_PAGER: '',
  // It would wait for the metadata service of a machine that is none of Amazon's.
  AWS_EC2_METADATA_DISABLED: 'true',
}
const env = { ...process.env, ...ENVIRONMENT }

type Run = (args: readonly string[]) => Promise<Ran>

const Answer = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() })

/** The program that is installed: a Python script is loaded once, of any other each command is a process. */
async function installed(): Promise<Run> {
  const python = existsSync(DEBIANS) ? /^#!(\S*python\S*)\n/.exec(readFileSync(DEBIANS, 'latin1'))?.[1] : undefined
  return python === undefined ? runAlone : loaded(python)
}

const runAlone: Run = (args) =>
  new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr })
    execFile('aws', args, { env }, done)
  })

/** It ends when we do. */
async function loaded(python: string): Promise<Run> {
  const server = spawn(python, ['-B', SERVER, DEBIANS], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise<number>((resolve, reject) => {
    server.stdout.once('data', (line) => resolve(Number(line)))
    server.once('exit', () => reject(new Error('The AWS CLI could not be loaded')))
  })
  return async (args) => {
    const connection = connect(port, '127.0.0.1').setEncoding('utf8')
    connection.write(`${JSON.stringify(args)}\n`)
    return Answer.parse(JSON.parse(await text(connection)))
  }
}

let program: Promise<Run> | undefined

/** Runs the AWS CLI against a local endpoint to its end, and answers what it did, whatever that was. */
export async function runAwsCli(endpoint: string, ...args: readonly string[]): Promise<Ran> {
  program ??= installed()
  const ran = await (await program)(['--endpoint-url', endpoint, ...args])
  return { ...ran, stderr: ran.stderr.trim() }
}

/**
 * Runs the AWS CLI against a local endpoint; answers what it printed, parsed (undefined if nothing). Rejects with what it
 * complained of.
 */
export async function awsCli(endpoint: string, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runAwsCli(endpoint, '--output', 'json', ...args)
  if (code !== 0) throw new Error(stderr)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}
