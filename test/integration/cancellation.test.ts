import { afterAll, expect, test } from 'vitest'
import { newAccount } from '../support/account.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { cancelMeetup, gatherCrowd, toldOf, untilSent } from '../support/crowd.ts'
import { until } from '../support/until.ts'

// `npm run bench -- cancel` does the same with 5,000.
const ATTENDEES = 300

const stateDir = newStateDir()
let cloud: RunningCloud | undefined
afterAll(async () => {
  await cloud?.stop()
  removeStateDir(stateDir)
})

test('a SIGKILL while attendees are told of a cancellation: each is told, where and if they want, and once', async () => {
  cloud = await startCloud(stateDir)
  const ada = await newAccount(cloud)
  const crowd = await gatherCrowd(cloud, ada, ATTENDEES)
  await cancelMeetup(cloud, ada, crowd)
  await untilSent(cloud, ATTENDEES / 4)
  await cloud.kill()

  cloud = await startCloud(stateDir)
  await until(cloud.settled, 60_000)
  const told = await toldOf(cloud, crowd)
  expect(told).toEqual({ once: ATTENDEES * 0.9, never: 0, again: 0, disturbed: 0 })
}, 180_000)
