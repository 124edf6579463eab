import { afterAll, beforeAll, expect, test } from 'vitest'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { delivered } from '../support/delivered.ts'
import { linkIn, newEmail, open, register, registrationStatus, verificationMail } from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
beforeAll(async () => {
  // Where deliveries are late on purpose, the one that confirms must still come in time.
  const seconds = process.env.CHAOS_SEED === undefined ? 6 : 15
  cloud = await startCloud(stateDir, '-c', `registrationTtlSeconds=${seconds}`)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

/** Registers and confirms; where the machine was too busy to do that in time, once more. */
const confirmedInTime = (): Promise<string> =>
  until(async () => {
    const email = newEmail()
    const id = await register(cloud, email)
    await open(linkIn(await verificationMail(cloud, email)))
    await cloud.settled()
    expect(await registrationStatus(cloud, id)).toMatchObject({ status: 'CONFIRMED' })
    return id
  }, 60_000)

test('a registration nobody confirms expires: its link says so, its record goes, and that is an event', async () => {
  const forgottenEmail = newEmail()
  const forgotten = await register(cloud, forgottenEmail)
  const confirmed = await confirmedInTime()
  const link = linkIn(await verificationMail(cloud, forgottenEmail))

  const expired = await until(async () => {
    const [event] = (await cloud.events({ name: 'RegistrationExpired' })).filter(
      ({ detail }) => detail.data.registrationId === forgotten,
    )
    if (!event) throw new Error('not expired yet')
    return event
  }, 45_000)
  expect(expired.detail.data).toEqual({ registrationId: forgotten })
  expect(await registrationStatus(cloud, forgotten)).toBe(404)
  expect((await open(link)).message).toMatch(/expired/)
  expect(await registrationStatus(cloud, confirmed)).toMatchObject({ status: 'CONFIRMED' })
  await cloud.settled()
  const expiries = await cloud.events({ name: 'RegistrationExpired' })
  const ids = expiries.map(({ detail }) => detail.data.registrationId)
  expect(ids).not.toContain(confirmed)
  expect(ids.filter((id) => id === forgotten).length).toEqual(delivered(1))
})
