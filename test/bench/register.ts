import { randomUUID } from 'node:crypto'
import { DynamoDBClient, PutItemCommand, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { startDynamoDbLocal } from '../support/dynamodb-local.ts'
import { newEmail, post, register as registerOne } from '../support/registration.ts'
import { until } from '../support/until.ts'
import { watchMemory } from './processes.ts'
import { percentile, round, times } from './statistics.ts'

const REGISTRATIONS = 500
const CONCURRENCY = 16
const WARM_UP = 50
const ONE_BY_ONE = 50

/**
 * 500 registrations at concurrency 16 until every effect is visible (record, mail, settled event), beside the same
 * writes sent straight to the same DynamoDB engine.
 */
export async function register(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  try {
    await load(cloud, WARM_UP)
    const peak = watchMemory(cloud.pid)
    const loaded = await load(cloud, REGISTRATIONS)
    const peakMiB = peak()
    const endToEnd = await oneByOne(cloud)
    const engine = await engineAlone()
    return [
      {
        'registrations/s': round(loaded.perSecond),
        'POST p50 ms': round(percentile(loaded.posts, 50)),
        'POST p99 ms': round(percentile(loaded.posts, 99)),
        'end to end p50 ms': round(percentile(endToEnd, 50)),
        'end to end p99 ms': round(percentile(endToEnd, 99)),
        'engine alone/s': round(engine),
        '% of engine': round((100 * loaded.perSecond) / engine),
        'peak MiB': peakMiB,
        lost: loaded.lost,
        doubled: loaded.doubled,
      },
    ]
  } finally {
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

async function load(cloud: RunningCloud, count: number) {
  const accepted: { id: string; email: string }[] = []
  const startedAt = performance.now()
  const posts = await times(count, CONCURRENCY, async () => {
    const email = newEmail()
    const response = await post(cloud, { name: 'Ada Lovelace', email })
    if (response.status !== 202) throw new Error(`Refused with ${response.status}`)
    accepted.push({ id: (await response.json()).registrationId, email })
  })
  await cloud.settled()
  const perSecond = count / ((performance.now() - startedAt) / 1000)
  return { posts, perSecond, ...(await effects(cloud, accepted)) }
}

/** How many of the accepted have no record or no mail, and how many have more than one mail. */
async function effects(cloud: RunningCloud, accepted: readonly { id: string; email: string }[]) {
  const kept = new Set(await recordIds(cloud))
  const response = await fetch(`${cloud.siteUrl}/_console/api/emails?limit=10000`)
  const mails = new Map<string, number>()
  for (const { to } of await response.json()) mails.set(to, (mails.get(to) ?? 0) + 1)
  return {
    lost: accepted.filter(({ id, email }) => !kept.has(id) || !mails.has(email)).length,
    doubled: accepted.filter(({ email }) => (mails.get(email) ?? 0) > 1).length,
  }
}

async function recordIds({ endpoint }: RunningCloud): Promise<(string | undefined)[]> {
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

/** Milliseconds from sending the POST until its mail is in the inbox and every consumer has settled. */
const oneByOne = (cloud: RunningCloud): Promise<number[]> =>
  times(ONE_BY_ONE, 1, async () => {
    const email = newEmail()
    await registerOne(cloud, email)
    await until(
      async () => {
        const [mails, status] = await Promise.all([cloud.emails(email), fetch(`${cloud.siteUrl}/_console/api/status`)])
        if (mails.length === 0 || (await status.json()).inFlight > 0) throw new Error('not visible yet')
      },
      30_000,
      2,
    )
  })

/**
 * Registrations a second if there were nothing but their writes: a record, and two idempotency entries begun and ended,
 * sent straight to an engine of the same kind that has been warmed by as many writes.
 */
async function engineAlone(): Promise<number> {
  const engine = await startDynamoDbLocal({ registrations: 'registrationId', idempotency: 'id' })
  const client = new DynamoDBClient(clientConfig(engine.url))
  const put = (table: string, key: string, id: string, values: Record<string, { S: string } | { N: string }>) =>
    client.send(
      new PutItemCommand({
        TableName: `ensemble-test-${table}`,
        Item: { [key]: { S: id }, ...values },
        ConditionExpression: `attribute_not_exists(${key})`,
      }),
    )
  const entry = async () => {
    const id = randomUUID()
    await put('idempotency', 'id', id, { status: { S: 'INPROGRESS' }, expiration: { N: '1900000000' } })
    await client.send(
      new UpdateItemCommand({
        TableName: 'ensemble-test-idempotency',
        Key: { id: { S: id } },
        UpdateExpression: 'SET #s = :s',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':s': { S: 'COMPLETED' } },
      }),
    )
  }
  const record = () =>
    put('registrations', 'registrationId', randomUUID(), {
      name: { S: 'Ada Lovelace' },
      email: { S: 'ada@example.com' },
      status: { S: 'PENDING' },
      expiresAt: { N: '1900000000' },
    })
  const registrations = (count: number) =>
    times(count, CONCURRENCY, async () => {
      await Promise.all([entry(), entry()])
      await record()
    })
  try {
    await registrations(WARM_UP)
    const startedAt = performance.now()
    await registrations(REGISTRATIONS)
    return REGISTRATIONS / ((performance.now() - startedAt) / 1000)
  } finally {
    client.destroy()
    await engine.stop()
  }
}
