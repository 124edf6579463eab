import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { namesOf } from '../../infra/names.ts'
import { type Account, newAccount } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { type Crowd, cancelMeetup, gatherCrowd, toldOf, untilSent } from '../support/crowd.ts'
import { startDynamoDbLocal } from '../support/dynamodb-local.ts'
import { MEETUP_TABLES } from '../support/meetups.ts'
import { until } from '../support/until.ts'
import { processorMs } from './processes.ts'
import { round, times } from './statistics.ts'

const ATTENDEES = 5000
const KILLED_AFTER = ATTENDEES / 5
const WARM_UP = 200
const CONCURRENCY = 20
const PATIENCE_MS = 600_000

/**
 * Cancels a meetup that 5,000 attend, until each is told as they wish and every event is settled, beside the same reads
 * and entries of idempotency sent straight to an engine of the same kind. Then once more, with a SIGKILL amid it, of
 * which the seconds include the restart.
 */
export async function cancel(): Promise<readonly object[]> {
  const calm = await amid(inPeace)
  const killed = await amid(killedOnce)
  const engine = await engineAlone()
  const row = (cancelled: string, { seconds, cpuMs, told }: Cancelled) => ({
    cancelled,
    seconds: round(seconds),
    'told/s': round(ATTENDEES / seconds),
    'engine alone/s': round(engine),
    '% of engine': round((100 * ATTENDEES) / seconds / engine),
    ...(cpuMs === undefined ? {} : { 'CPU ms each': round(cpuMs / ATTENDEES) }),
    ...told,
  })
  return [row('in peace', calm), row('with a SIGKILL', killed)]
}

interface Cancelled {
  readonly seconds: number
  /** Of all the cloud's processes, unless it was killed. */
  readonly cpuMs?: number
  readonly told: Awaited<ReturnType<typeof toldOf>>
}

interface Gathered {
  readonly cloud: RunningCloud
  readonly ada: Account
  readonly crowd: Crowd
}

/** Cancels in one way in a warm cloud of its own; `cancelInOneWay` answers the cloud that runs afterwards. */
async function amid(
  cancelInOneWay: (gathered: Gathered) => Promise<{ readonly cloud: RunningCloud; readonly cpuMs?: number }>,
): Promise<Cancelled> {
  const stateDir = newStateDir()
  let cloud = await startCloud(stateDir)
  try {
    const ada = await newAccount(cloud)
    await cancelMeetup(cloud, ada, await gatherCrowd(cloud, ada, WARM_UP))
    await until(cloud.settled, PATIENCE_MS)
    const crowd = await gatherCrowd(cloud, ada, ATTENDEES)
    const startedAt = performance.now()
    const { cloud: running, ...cost } = await cancelInOneWay({ cloud, ada, crowd })
    cloud = running
    const seconds = (performance.now() - startedAt) / 1000
    return { seconds, ...cost, told: await toldOf(cloud, crowd) }
  } finally {
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

async function inPeace({ cloud, ada, crowd }: Gathered) {
  const before = processorMs(cloud.pid)
  await cancelMeetup(cloud, ada, crowd)
  await until(cloud.settled, PATIENCE_MS)
  return { cloud, cpuMs: processorMs(cloud.pid) - before }
}

async function killedOnce({ cloud, ada, crowd }: Gathered) {
  await cancelMeetup(cloud, ada, crowd)
  await untilSent(cloud, WARM_UP + KILLED_AFTER)
  await cloud.kill()
  const again = await startCloud(cloud.stateDir)
  await until(again.settled, PATIENCE_MS)
  return { cloud: again }
}

/** Notices a second if there were nothing but what each reads and writes, once the engine is warm. */
async function engineAlone(): Promise<number> {
  const engine = await startDynamoDbLocal({ preferences: 'userId', idempotency: MEETUP_TABLES.idempotency })
  const records = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(engine.url)))
  const { table } = namesOf('test')
  const note = (id: string, status: string, condition: { readonly ConditionExpression?: string }) =>
    records.send(
      new PutCommand({ TableName: table('idempotency'), Item: { id, status, expiration: 1e10 }, ...condition }),
    )
  const notices = (count: number) =>
    times(count, CONCURRENCY, async () => {
      const [id, userId] = [randomUUID(), randomUUID()]
      await note(id, 'INPROGRESS', { ConditionExpression: 'attribute_not_exists(id)' })
      await records.send(new GetCommand({ TableName: table('preferences'), Key: { userId } }))
      await note(id, 'COMPLETED', {})
    })
  try {
    await notices(WARM_UP)
    const startedAt = performance.now()
    await notices(ATTENDEES)
    return ATTENDEES / ((performance.now() - startedAt) / 1000)
  } finally {
    records.destroy()
    await engine.stop()
  }
}
