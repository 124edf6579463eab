import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, test } from 'vitest'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import {
  linkIn,
  newEmail,
  open,
  post,
  register,
  registrationStatus,
  verificationMail,
} from '../support/registration.ts'

const stateDir = newStateDir()
let cloud: RunningCloud | undefined
afterAll(async () => {
  await cloud?.stop()
  removeStateDir(stateDir)
})

async function records({ endpoint }: RunningCloud): Promise<(string | undefined)[]> {
  const client = new DynamoDBClient(clientConfig(endpoint))
  const ids: (string | undefined)[] = []
  for await (const page of paginateScan(
    { client },
    { TableName: 'ensemble-dev-registrations', ConsistentRead: true },
  )) {
    ids.push(...(page.Items ?? []).map((item) => item.registrationId?.S))
  }
  return ids
}

/** How often the function that sends mails was ended for taking too long. */
async function timeouts({ endpoint }: RunningCloud): Promise<number> {
  const { events = [] } = await new CloudWatchLogsClient(clientConfig(endpoint)).send(
    new FilterLogEventsCommand({
      logGroupName: '/aws/lambda/ensemble-dev-send-verification',
      filterPattern: '"Task timed out"',
    }),
  )
  return events.length
}

test('a SIGKILL under load loses nothing that was accepted and doubles no record', async () => {
  cloud = await startCloud(stateDir)
  const running = cloud
  const early = newEmail()
  const earlyId = await register(running, early)
  const earlyLink = linkIn(await verificationMail(running, early))

  // The loop goes on until the kill ends it; what was answered by then was accepted.
  const accepted: { id: string; email: string }[] = []
  let killed: Promise<void> | undefined
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!killed) {
        const email = newEmail()
        const response = await post(running, { name: 'Ada', email }).catch(() => undefined)
        if (response?.status !== 202) continue
        accepted.push({ id: (await response.json()).registrationId, email })
        if (accepted.length >= 60) killed ??= running.kill()
      }
    }),
  )
  await killed

  cloud = await startCloud(stateDir)
  await cloud.settled()
  const kept = await records(cloud)
  expect(new Set(kept).size).toBe(kept.length)
  expect(kept).toEqual(expect.arrayContaining(accepted.map(({ id }) => id)))

  const emails = await cloud.emails()
  const perAddress = accepted.map(({ email }) => emails.filter(({ to }) => to === email).length)
  expect(Math.min(...perAddress)).toBe(1)
  // Twice only where a function ran out of its time, with ten messages in hand, on a machine that had none to spare.
  const cutShort = await timeouts(cloud)
  expect(perAddress.filter((count) => count > 1).length).toBeLessThanOrEqual(10 * cutShort)

  // The link of before the kill still works, and the event log is still there. Its port may be another one now.
  const link = new URL(earlyLink)
  expect(await open(cloud.siteUrl + link.pathname + link.search)).toMatchObject({ status: 302, message: null })
  await cloud.settled()
  expect(await registrationStatus(cloud, earlyId)).toMatchObject({ status: 'CONFIRMED' })
  const events = await cloud.events({ name: 'RegistrationRequested' })
  expect(events.map(({ detail }) => detail.data.registrationId)).toEqual(
    expect.arrayContaining([earlyId, ...accepted.map(({ id }) => id)]),
  )
})
