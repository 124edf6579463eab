import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { copyCheckout } from '../support/checkout.ts'
import { clientConfig } from '../support/client-config.ts'
import { type RunningCloud, startCloudOf } from '../support/cloud.ts'
import { linkIn, newEmail, open, register, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

// Does what the README tells people to do, in a copy of the checkout, in the order in which it tells them.

const checkout = copyCheckout()
const pathOf = (file: string) => join(checkout.root, file)
const textOf = (file: string) => readFileSync(pathOf(file), 'utf8')
const readme = textOf('README.md')

interface Block {
  readonly section: string
  readonly language: string
  readonly text: string
}

const blocks: readonly Block[] = readme.split(/^## /m).flatMap((part) => {
  const section = part.slice(0, part.indexOf('\n'))
  return [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    section,
    language,
    text,
  }))
})

/** The commands of a block: one a line, without comments and what may be left out. */
const commandsOf = ({ text }: Block): readonly string[] =>
  text
    .replaceAll('\\\n', '')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').replace(/ \[[A-Z]+\]/g, ''))
    .filter(Boolean)

const commands = [
  ...blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf),
  ...[...readme.matchAll(/`(aws [^`]+)`/g)].map(([, command = '']) => command),
]

/** These end only when somebody ends them, need an account, or are tested by running this. */
const NOT_RUN = /^npm (start|test|run (dev|synth|deploy|destroy|export|new:consumer))\b/

afterAll(checkout.remove)

test('every script that it names is one', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')))
  const named = [...readme.matchAll(/\bnpm (?:run )?((?<=run )[\w:]+|start|test)\b/g)].map(([, name]) => name)
  expect(new Set(named).size).toBeGreaterThan(8)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
})

test('the AWS CLI is there', async () => {
  const { code } = await checkout.run('bash', ['-c', 'aws --version'])
  expect(code, 'These tests need the AWS CLI; npm test installs it, on Debian and Ubuntu as root.').toBe(0)
})

describe('add a consumer in three minutes', () => {
  const EDIT = /^\/\/ (?<file>[\w./-]+)(?<part>, in place of its test)?\n/

  /** Writes the file, or the end of it, as a block says whose first line is the file's path. */
  function edit({ text }: Block): void {
    const { file = '', part } = EDIT.exec(text)?.groups ?? {}
    const content = text.replace(EDIT, '')
    const old = textOf(file)
    writeFileSync(pathOf(file), part ? old.slice(0, old.indexOf("test('")) + content : content)
  }

  test('the steps do what it says that they do', async () => {
    const steps = blocks.filter(({ section }) => section === 'Add a consumer in three minutes')
    const [scaffold, ...edits] = [
      steps.find(({ text }) => text.startsWith('npm run new:consumer')),
      ...steps.filter(({ language }) => language === 'ts'),
    ]
    const file = /npm test -- (test\/unit\/\S+)/.exec(readme)?.[1] ?? ''
    const isPassing = async () =>
      (await checkout.tool('vitest', 'run', '--config', 'test/vitest.config.ts', file)).code === 0

    // Whoever has followed it already has them.
    for (const path of ['consumers/count-providers', file]) rmSync(pathOf(path), { recursive: true, force: true })
    const made = await checkout.run('bash', ['-c', scaffold?.text ?? ''])
    expect(made.code, made.stderr).toBe(0)
    expect(made.stdout).toContain(file)
    const results = [await isPassing()]
    for (const block of edits) {
      edit(block)
      results.push(await isPassing())
    }
    expect(results).toEqual([true, false, true])
    for (const { code, stdout, stderr } of [
      await checkout.checkTypes(globSync(['consumers/count-providers/*.ts', file], { cwd: checkout.root })),
      await checkout.tool('biome', 'check', '--error-on-warnings', 'consumers', 'test/unit/consumers'),
    ]) {
      expect(code, stdout + stderr).toBe(0)
    }
  })
})

describe('what it says to type while the cloud runs', () => {
  let cloud: RunningCloud
  beforeAll(async () => {
    cloud = await startCloudOf(checkout.root, pathOf('.ensemble'))
  })
  afterAll(() => cloud?.stop())

  const toldBefore = (command: string): readonly string[] =>
    commands.slice(0, commands.indexOf(command)).filter((told) => told.startsWith('export '))

  /** Runs it in a shell that has seen the `export`s before it, against the ports of this cloud. */
  function type(command: string) {
    const script = [
      // What it tells owners of an older AWS CLI to do; others do not mind.
      'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }',
      ...toldBefore(command),
      command,
    ]
      .join('\n')
      .replaceAll('http://localhost:3000', cloud.siteUrl)
      .replaceAll('http://127.0.0.1:4566', cloud.endpoint)
    return checkout.run('bash', ['-euo', 'pipefail', '-c', script], { AWS_PAGER: '', AWS_CONFIG_FILE: '/dev/null' })
  }

  test('the new consumer takes its event', async () => {
    const email = newEmail()
    await register(cloud, email)
    expect(await open(linkIn(await verificationMail(cloud, email)))).toMatchObject({ path: '/confirmed.html' })
    await cloud.settled()
    const [confirmed] = await cloud.events({ name: 'RegistrationConfirmed' })
    const deliveries = confirmed?.deliveries.map(({ consumer, outcome }) => [consumer, outcome])
    expect(deliveries).toEqual(
      expect.arrayContaining([
        ['count-providers', 'processed'],
        ['notify-owner', 'processed'],
      ]),
    )
  })

  const SHOWS: readonly (readonly [RegExp, RegExp])[] = [
    [/^curl/, /"registrationId":/],
    [/^aws events list-rules/, /count-providers/],
    [/^aws dynamodb scan/, /CONFIRMED/],
    [/^aws logs .*count-providers/, /provider.*example\.com/],
    [/^aws logs .*send-verification/, /consumed/],
    [/^npm run schemas -- list/, /RegistrationConfirmed .*count-providers/],
    [/^npm run schemas -- show/, /ensemble\.registrations/],
  ]

  test.each(commands.filter((command) => !NOT_RUN.test(command)))('%s', async (command) => {
    const { code, stdout, stderr } = await type(command)
    expect(code, stdout + stderr).toBe(0)
    for (const [which, output] of SHOWS) if (which.test(command)) expect(stdout).toMatch(output)
  })

  test('and who is only curious has got events', async () => {
    await register(cloud, newEmail())
    const sqs = new SQSClient(clientConfig(cloud.endpoint))
    const QueueUrl = `${cloud.endpoint}/000000000000/curious`
    const { Messages = [] } = await until(async () => {
      const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
      expect(received.Messages).not.toBeUndefined()
      return received
    })
    expect(Messages[0]?.Body).toContain('"detail-type":"RegistrationRequested"')
  })
})
