import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { root } from '../../infra/paths.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { listenOnFreePort } from '../support/port.ts'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command of a checkout to its end. */
async function schemas(checkout: string, ...args: readonly string[]): Promise<Ran> {
  const { AWS_ENDPOINT_URL: _, ...env } = process.env
  const command = join(checkout, 'infra/commands/schemas.ts')
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

const rowOf = (out: string, event: string) => out.split('\n').find((line) => line.trim().startsWith(`${event} `))

describe('with a local cloud', () => {
  let cloud: RunningCloud
  beforeAll(async () => {
    cloud = await startCloud(newStateDir())
  })
  afterAll(async () => {
    await cloud.stop()
    removeStateDir(cloud.stateDir)
  })
  const ask = (...args: string[]) => schemas(root, ...args, '--aws-port', new URL(cloud.endpoint).port)

  test('list tells what the registry holds, and who has to do with it', async () => {
    const { code, out } = await ask('list')
    expect(code).toBe(0)
    expect(out).toContain('in the registry ensemble-dev of the local cloud at')
    const row = rowOf(out, 'RegistrationRequested')
    expect(row).toMatch(/v1 +registrations +POST \/api\/register +keep-registrations, send-verification/)
    expect(rowOf(out, 'RegistrationConfirmed')).toMatch(/ keep-registrations +notify-owner/)
    expect(rowOf(out, 'RegistrationExpired')).toMatch(/ announce-expired +/)
    expect((await schemas(root, 'list', '--checkout')).out.split('\n').slice(3)).toEqual(out.split('\n').slice(3))
  })

  test.each(['EmailVerified', 'EmailVerified.v1', 'ensemble.registrations@EmailVerified'])('show %s', async (name) => {
    const { code, out } = await ask('show', name)
    expect(code).toBe(0)
    expect(out).toContain('The link in the verification mail was opened.')
    expect(out).toMatch(/emitted by +GET \/api\/confirm\n +consumed by +keep-registrations\n/)
    expect(out).toContain('example of its data')
    expect(JSON.parse(out.slice(out.indexOf('{', out.indexOf('JSON Schema'))))).toMatchObject({
      title: 'ensemble.registrations@EmailVerified',
      properties: { detail: { required: ['metadata', 'data'] } },
    })
  })

  test('show names the event that was meant', async () => {
    expect(await ask('show', 'EmailVerifed')).toEqual({
      code: 1,
      out: '',
      err: 'There is no event EmailVerifed: did you mean EmailVerified?\n',
    })
  })

  test('a stage that is not there is one sentence', async () => {
    const { code, err } = await ask('list', '--stage', 'nowhere')
    expect(code).toBe(1)
    expect(err).toMatch(/^The local cloud at .* ensemble-nowhere .*\n$/)
  })
})

describe('without a cloud', () => {
  test('a cloud that was named must answer', async () => {
    const server = createServer()
    const port = await listenOnFreePort(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await schemas(root, 'list', '--aws-port', String(port))).toEqual({
      code: 1,
      out: '',
      err: `Nothing answers at http://127.0.0.1:${port}: start it with npm start.\n`,
    })
  })

  test.each([
    [[], 'schemas takes list, show EVENT, check or publish.'],
    [['lst'], 'schemas takes list, show EVENT, check or publish, not "lst".'],
    [['show'], 'schemas show takes the name of an event.'],
    [['check', 'x'], 'schemas check does not take "x".'],
    [['list', '--colour'], "Unknown option '--colour'."],
  ])('%j is told what is wrong', async (args, sentence) => {
    const { code, out, err } = await schemas(root, ...args)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.startsWith(sentence)).toBe(true)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('check and publish, in a checkout of their own,', () => {
  const PARTS = ['schemas', 'infra', 'consumers', 'producers', 'package.json']
  const REQUESTED = 'schemas/published/registrations/RegistrationRequested.v1.json'
  let checkout: string
  beforeAll(() => {
    checkout = newStateDir()
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  })
  beforeEach(() => {
    for (const part of PARTS) {
      rmSync(join(checkout, part), { recursive: true, force: true })
      cpSync(join(root, part), join(checkout, part), { recursive: true })
    }
  })
  afterAll(() => rmSync(checkout, { recursive: true }))

  /** Changes the contract of RegistrationRequested. */
  function declare(from: string, to: string): void {
    const file = join(checkout, 'schemas/registrations.ts')
    const source = readFileSync(file, 'utf8')
    expect(source).toContain(from)
    writeFileSync(file, source.replace(from, to))
  }
  const last = '    expiresAt: EpochSeconds,\n'

  test('nothing is wrong with what is committed', async () => {
    const { code, out } = await schemas(checkout, 'check')
    expect(code).toBe(0)
    expect(out).toMatch(/^\d+ contracts, 0 breaking changes\n$/)
    expect(await schemas(checkout, 'publish')).toMatchObject({
      code: 0,
      out: 'Every contract is published as it is.\n',
    })
  })

  test('an optional property is published, and then may not go', async () => {
    declare(last, `${last}    note: z.string().optional(),\n`)
    expect(await schemas(checkout, 'check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^compatible .*publish/),
    })
    expect(await schemas(checkout, 'publish')).toMatchObject({ code: 0, out: `written     ${REQUESTED}\n` })
    declare('    note: z.string().optional(),\n', '')
    const { code, out } = await schemas(checkout, 'check')
    expect(code).toBe(1)
    expect(out).toContain('detail.data.note was removed. Keep it, or declare `version: 2`')
  })

  test('a required property fails the check, and is not published', async () => {
    declare(last, `${last}    note: z.string(),\n`)
    const before = readFileSync(join(checkout, REQUESTED), 'utf8')
    for (const action of ['check', 'publish']) {
      const { code, out } = await schemas(checkout, action)
      expect(code).toBe(1)
      expect(out).toMatch(
        /^breaking +registrations\/RegistrationRequested\.v1: detail\.data\.note is new and required\. Make it optional, or/,
      )
    }
    expect(readFileSync(join(checkout, REQUESTED), 'utf8')).toBe(before)
  })

  test('a second version lives beside the first', async () => {
    declare(
      'export const EmailVerified =',
      `export const RegistrationRequested2 = defineEvent({
        ...RegistrationRequested, version: 2, data: RegistrationRequested.data.omit({ expiresAt: true }),
      })\nexport const EmailVerified =`,
    )
    expect(await schemas(checkout, 'check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('RegistrationRequested.v2: is not published yet'),
    })
    const { out } = await schemas(checkout, 'show', 'RegistrationRequested', '--checkout')
    expect(out).toMatch(/version +1, 2 \(shown\)/)
  })
})
