import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeReplayCommand, EventBridgeClient, ListReplaysCommand } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { type Ran, runCommand } from '../support/command.ts'
import { delivered } from '../support/delivered.ts'
import { newEmail, register, verificationMail } from '../support/registration.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
const emails = [newEmail(), newEmail(), newEmail()]
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  for (const email of emails) await register(cloud, email)
  for (const email of emails) await verificationMail(cloud, email)
  await cloud.settled()
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const config = () => clientConfig(cloud.endpoint)
const replay = (...args: readonly string[]): Promise<Ran> =>
  runCommand('replay', ['--aws-port', new URL(cloud.endpoint).port, ...args])

/** The numbers in the summary: processed, duplicate, dead. */
const tally = ({ stdout }: Ran, consumer: string): readonly number[] =>
  new RegExp(`^ +${consumer} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(stdout)?.slice(1).map(Number) ?? []
const mails = async () => Promise.all(emails.map(async (email) => (await cloud.emails(email)).length))
const replays = async () => (await new EventBridgeClient(config()).send(new ListReplaysCommand({}))).Replays ?? []

test('everybody sees everything again, and nobody does anything twice', async () => {
  const ran = await replay()
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(ran.stdout).toMatch(/events +at most \d+:/)
  expect(tally(ran, 'keep-registrations')).toEqual([0, delivered(3), 0])
  expect(tally(ran, 'send-verification')).toEqual([0, delivered(3), 0])
  expect(tally(ran, 'notify-owner')).toEqual([0, 0, 0])
  expect(await mails()).toEqual([1, 1, 1])
})

test('a rerun says what it does again, and the chosen consumer does it', async () => {
  const ran = await replay('--rerun', '--consumer', 'send-verification', '--yes')
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(ran.stdout).toContain('sends the verification mail again')
  expect(tally(ran, 'send-verification')).toEqual([3, delivered(0), 0])
  expect(ran.stdout).not.toContain('keep-registrations')
  expect(await mails()).toEqual([2, 2, 2])
})

test('a range holds what happened in it', async () => {
  const ran = await replay('--event', 'RegistrationRequested', '--to', new Date(Date.now() - 86_400_000).toISOString())
  expect(ran.code).toBe(0)
  expect(tally(ran, 'keep-registrations')).toEqual([0, 0, 0])
})

test("each consumer's log names the replay", async () => {
  const ran = await replay('--consumer', 'keep-registrations')
  const name = /replay-[\dTZ-]+/.exec(ran.stdout)?.[0]
  const { events = [] } = await new CloudWatchLogsClient(config()).send(
    new FilterLogEventsCommand({
      logGroupName: '/aws/lambda/ensemble-dev-keep-registrations',
      filterPattern: `{ $.replay = "${name}" && $.outcome = "duplicate" }`,
    }),
  )
  expect(events.length).toEqual(delivered(3))
})

test('Ctrl-C leaves the replay running and says how to go on', async () => {
  const ran = await runCommand('replay', ['--aws-port', new URL(cloud.endpoint).port], (printed, signal) => {
    if (/has started\.\n$/.test(printed)) signal('SIGINT')
  })
  expect(ran.code).toBe(130)
  const [, name = ''] = /aws events cancel-replay --replay-name (\S+)/.exec(ran.stdout) ?? []
  expect(ran.stdout).toContain(`aws events describe-replay --replay-name ${name}`)
  const { State } = await new EventBridgeClient(config()).send(new DescribeReplayCommand({ ReplayName: name }))
  expect(State).toMatch(/^(STARTING|RUNNING|COMPLETED)$/)
})

test.each([
  [['--consumer', 'send-verfication'], 'There is no consumer send-verfication: did you mean send-verification?'],
  [['--event', 'RegistrationExpired'], 'No consumer takes RegistrationExpired.'],
  [['--from', 'monday'], /^--from takes a time like 2026-01-31T08:00:00Z/],
  [['--rerun'], '--rerun needs --consumer NAME: only chosen consumers do things again.'],
  [['--rerun', '--consumer', 'keep-registrations', '--event', 'EmailVerified'], /takes RegistrationRequested too/],
  [['--stage', 'prod'], /^There is no archive ensemble-prod-archive .* is the stage prod deployed there\?$/],
  [['--everything'], /^Unknown option '--everything'\. npm run replay -- --help lists the options\.$/],
  [['everything'], /^"everything" is no option/],
])('%j: one sentence, and nothing is started', async (args, sentence) => {
  const before = (await replays()).length
  const ran = await replay(...args)
  expect(ran).toMatchObject({ code: 1, stdout: '' })
  expect(ran.stderr.trimEnd()).toMatch(
    typeof sentence === 'string' ? new RegExp(`^${RegExp.escape(sentence)}$`) : sentence,
  )
  expect((await replays()).length).toBe(before)
})

test('without a cloud: how to start one', async () => {
  const ran = await runCommand('replay', ['--aws-port', '1'])
  expect(ran).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Nothing answers at http://127.0.0.1:1: start it with npm start.\n',
  })
})

test('--help lists the options, its own and the common ones', async () => {
  const ran = await runCommand('replay', ['--help'])
  expect(ran.code).toBe(0)
  for (const option of [
    '--from',
    '--to',
    '--consumer',
    '--event',
    '--rerun',
    '--yes',
    '--aws-port',
    '--aws',
    '--stage',
  ])
    expect(ran.stdout).toContain(`  ${option}`)
})
