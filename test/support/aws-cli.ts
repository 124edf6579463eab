import { type ExecFileException, execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Ran } from './command.ts'

// Debian's, even where another one comes first on the PATH: the older a client, the more it wants.
const PROGRAM = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws'

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

/** Runs the AWS CLI against a local endpoint to its end, and answers what it did, whatever that was. */
export const runAwsCli = (endpoint: string, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr: stderr.trim() })
    execFile(PROGRAM, ['--endpoint-url', endpoint, ...args], { env: { ...process.env, ...ENVIRONMENT } }, done)
  })

/**
 * Runs the AWS CLI against a local endpoint; answers what it printed, parsed (undefined if nothing). Rejects with what it
 * complained of.
 */
export async function awsCli(endpoint: string, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runAwsCli(endpoint, '--output', 'json', ...args)
  if (code !== 0) throw new Error(stderr)
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}
