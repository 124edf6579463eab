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

test('a registration nobody confirms expires: its link says so, its record goes, and that is an event', async () => {
  const [confirmedEmail, forgottenEmail] = [newEmail(), newEmail()]
  const confirmed = await register(cloud, confirmedEmail)
  const forgotten = await register(cloud, forgottenEmail)
  await open(linkIn(await verificationMail(cloud, confirmedEmail)))
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
  expect(new Set(expiries.map(({ detail }) => detail.data.registrationId))).toEqual(new Set([forgotten]))
  expect(expiries.length).toEqual(delivered(1))
})
