import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs the AWS CLI against a local endpoint; answers what it printed, parsed (undefined if nothing). Rejects with what it
 * complained of.
 */
export async function awsCli(endpoint: string, ...args: readonly string[]): Promise<unknown> {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'any-key',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    // It would wait for the metadata service of a machine that is none of Amazon's.
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const { stdout } = await run('aws', ['--endpoint-url', endpoint, '--output', 'json', ...args], { env })
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}
