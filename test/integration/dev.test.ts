import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { copyCheckout } from '../support/checkout.ts'
import { type RunningCloud, startCloudOf } from '../support/cloud.ts'
import { linkIn, newEmail, open, register, registrationStatus, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

const checkout = copyCheckout()
const HEALTH = 'producers/health.ts'
let cloud: RunningCloud
beforeAll(async () => {
  cloud = await startCloudOf(checkout.root, join(checkout.root, '.ensemble'), '--watch')
})
afterAll(async () => {
  await cloud?.stop()
  checkout.remove()
})

const pathOf = (file: string) => join(checkout.root, file)
const textOf = (file: string) => readFileSync(pathOf(file), 'utf8')

/** Writes the file anew until the end of the test; what it is made of must be there. */
function edit(file: string, from: string, to: string): void {
  const text = textOf(file)
  expect(text).toContain(from)
  onTestFinished(() => save(file, text))
  save(file, text.replace(from, to))
}
/** As many editors do: another file takes the place of the old one. */
function save(file: string, text: string): void {
  writeFileSync(pathOf(`${file}~`), text)
  renameSync(pathOf(`${file}~`), pathOf(file))
}

const health = async (): Promise<unknown> => (await fetch(`${cloud.siteUrl}/api/health`)).json()
/** What it has printed since the test began. */
let printed: () => string
beforeEach(async () => {
  await until(async () => expect(await health()).toEqual({ ok: true, service: 'ensemble' }))
  const { length } = cloud.printed()
  printed = () => cloud.printed().slice(length)
})

test.each(['first', 'second'])('a saved handler answers as it now says, the %s time as well', async (answer) => {
  edit(HEALTH, "'ensemble'", `'${answer}'`)
  await until(async () => expect(await health()).toEqual({ ok: true, service: answer }), 10_000)
  expect(printed()).toMatch(/^reloaded health \(\d+ ms\)$/m)
})

test('whatever is shared changes every function that it is in', async () => {
  edit(
    'infra/runtime/answers.ts',
    "'content-type': 'application/json'",
    "'content-type': 'application/json', 'x-new': '1'",
  )
  await until(async () => expect((await fetch(`${cloud.siteUrl}/api/health`)).headers.get('x-new')).toBe('1'))
  expect(printed()).toMatch(/^reloaded .*get-registration, .*health, .*register/m)
})

test('what was kept is still there, and a consumer does what it now says', async () => {
  const id = await register(cloud, newEmail())
  await cloud.settled()
  edit('consumers/send-verification/handler.ts', 'Please verify your email address', 'Changed meanwhile')
  await until(() => expect(printed()).toMatch(/^reloaded send-verification/m))
  expect(await registrationStatus(cloud, id)).toEqual({ registrationId: id, status: 'PENDING' })
  const email = newEmail()
  await register(cloud, email)
  await until(async () => expect(await cloud.emails(email)).toMatchObject([{ subject: 'Changed meanwhile' }]))
})

test('code that does not build is told of once, and what was there goes on until it is mended', async () => {
  edit(HEALTH, 'async () => json', 'async () => => json')
  await until(() => expect(printed()).toContain('the functions are as they were.'))
  expect(printed().match(/ERROR/g)).toHaveLength(1)
  expect(printed()).toMatch(/producers\/health\.ts:5:\d+:/)
  expect(printed()).not.toMatch(/\n +at /)
  expect(await health()).toEqual({ ok: true, service: 'ensemble' })
  expect(existsSync(join(checkout.root, '.build/functions/health/index.js'))).toBe(true)
  edit(HEALTH, 'async () => => json', 'async () => json')
  await until(() => expect(printed()).toContain('The functions build again.'))
})

test('what only a new start changes is told', async () => {
  edit('consumers/notify-owner/consumer.ts', 'confirmed registration', 'registration')
  await until(() => expect(printed()).toContain('consumers/notify-owner/consumer.ts has changed: start again'))
  const { code } = await checkout.run(process.execPath, ['infra/commands/new-consumer.ts', 'late', 'EmailVerified'])
  expect(code).toBe(0)
  await until(() => expect(printed()).toContain('consumers/late/handler.ts is a new function: start again to have it.'))

  expect(existsSync(join(checkout.root, '.build/functions/late/index.js'))).toBe(true)

  await cloud.stop()
  cloud = await startCloudOf(checkout.root, join(checkout.root, '.ensemble'), '--watch')
  const email = newEmail()
  await register(cloud, email)
  await open(linkIn(await verificationMail(cloud, email)))
  await cloud.settled()
  const [event] = await cloud.events({ name: 'EmailVerified' })
  expect(event?.deliveries).toEqual(
    expect.arrayContaining([expect.objectContaining({ consumer: 'late', outcome: 'processed' })]),
  )
})
