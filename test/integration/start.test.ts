import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { newStateDir, removeStateDir, runToEnd, startCloud } from '../support/cloud.ts'

const stateDirs: string[] = []
const stateDir = (): string => {
  const folder = newStateDir()
  stateDirs.push(folder)
  return folder
}
afterEach(() => stateDirs.splice(0).forEach(removeStateDir))

/** One line, no stack trace, and a non-zero exit. */
function expectOneLine({ code, printed }: { code: number | null; printed: string }, line: RegExp): void {
  expect(printed.trim()).toMatch(line)
  expect(printed.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
}

describe('what it refuses, in one line', () => {
  test.each([
    [['--prot', '1'], /--prot/],
    [['--port', 'x'], /--port takes a port number from 0 to 65535, not "x"/],
    [['--aws-port', '70000'], /--aws-port takes a port number/],
    [['extra'], /extra/],
    [['-c', 'stage'], /-c takes KEY=VALUE, not "stage"/],
  ])('%j', async (args, line) => {
    expectOneLine(await runToEnd(...args), line)
  })

  test('a context value that makes no sense', async () => {
    const { code, printed } = await runToEnd(
      '--port',
      '0',
      '--aws-port',
      '0',
      '--state',
      stateDir(),
      '-c',
      'registrationTtlSeconds=soon',
    )
    expect(printed).toMatch(/registrationTtlSeconds/)
    expect(printed).not.toMatch(/\n\s+at /)
    expect(code).toBe(1)
  })

  test('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = z.object({ port: z.number() }).parse(server.address())
    expectOneLine(
      await runToEnd('--port', String(port), '--state', stateDir()),
      new RegExp(`Port ${port} is in use.*--port`),
    )
    expectOneLine(
      await runToEnd('--port', '0', '--aws-port', String(port), '--state', stateDir()),
      new RegExp(`Port ${port} is in use.*--aws-port`),
    )
    server.close()
  })

  test('a damaged state folder', async () => {
    const folder = stateDir()
    writeFileSync(
      join(folder, 'cloud.sqlite'),
      'this is no database, but long enough to look like one might'.repeat(100),
    )
    expectOneLine(await runToEnd('--port', '0', '--aws-port', '0', '--state', folder), /damaged.*--fresh/)
  })
})

test('--help', async () => {
  const { code, printed } = await runToEnd('--help')
  expect(printed).toMatch(/--aws-port N/)
  expect(code).toBe(0)
})

test('one state folder serves one cloud at a time; SIGTERM ends everything it started; --fresh begins anew', async () => {
  const folder = stateDir()
  const cloud = await startCloud(folder)
  expectOneLine(await runToEnd('--port', '0', '--aws-port', '0', '--state', folder), /in use by another Ensemble/)
  await fetch(`${cloud.siteUrl}/api/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada', email: 'ada@example.com' }),
  })
  await cloud.settled()
  expect(await cloud.stop()).toBe(0)
  // Every process of it has this folder on its command line or is a thread of one that has.
  expect(spawnSync('pgrep', ['-f', folder]).stdout.toString()).toBe('')

  const fresh = await startCloud(folder, '--fresh')
  expect(await fresh.emails()).toEqual([])
  expect(await fresh.events()).toEqual([])
  await fresh.stop()
})
