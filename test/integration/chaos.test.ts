import { afterAll, expect, test } from 'vitest'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { register } from '../support/registration.ts'

const stateDir = newStateDir()
let cloud: RunningCloud | undefined
afterAll(async () => {
  await cloud?.stop()
  removeStateDir(stateDir)
})

const people = Array.from({ length: 15 }, (_, index) => ({ email: `ada.${index}@example.com`, key: `chaos-${index}` }))

/** Registers these people; answers the seed and what befell the event of each, by consumer. */
async function run(option: string, inOrder: typeof people) {
  cloud = await startCloud(stateDir, '--fresh', option)
  const running = cloud
  const seed = /^ {2}chaos {5}seed (\d+) \(npm start -- --chaos=\1 repeats it\)$/m.exec(running.printed())?.[1]
  await Promise.all(inOrder.map(({ email, key }) => register(running, email, 'Ada', { 'idempotency-key': key })))
  await running.settled()
  for (const { email } of people) expect(await running.emails(email)).toHaveLength(1)
  const events = await running.events({ name: 'RegistrationRequested' })
  const befell = events.flatMap(({ detail, deliveries }) =>
    deliveries.map(({ consumer, attempts }) => `${detail.metadata.eventId} ${consumer} ${attempts}`),
  )
  await running.stop()
  return { seed, befell: befell.sort() }
}

test('chaos says its seed, and the same seed does the same to the same events, in whatever order they come', async () => {
  const first = await run('--chaos', people)
  const isCalm = first.befell.length === 2 * people.length && first.befell.every((line) => line.endsWith(' 1'))
  expect(isCalm).toBe(false)
  const second = await run(`--chaos=${first.seed}`, people.toReversed())
  expect(second).toEqual(first)
})
