import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { namesOf } from '../../infra/names.ts'
import type { MeetupRecord } from '../../infra/runtime/meetups.ts'
import { Meetups } from '../../schemas/meetups.ts'
import { type Account, call, newAccount } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { keptMeetup } from '../support/meetups.ts'
import { putAll } from '../support/put-all.ts'
import { percentile, round, times } from './statistics.ts'

const SIZES = [10, 1000, 100_000]
const CALLS = 300
const WARM_UP = 50
const CONCURRENCY = 4
/** Of a hundred meetups each. */
const DEEP_PAGES = 100
/** As many are on a page unless asked otherwise. */
const PAGE = 10
const names = namesOf('dev')

interface List {
  readonly page: string
  readonly path: string
  /** The same without the API: what it asks of which index. */
  readonly query: { readonly table: string; readonly index: string; readonly partition: readonly [string, string] }
}

/**
 * Pages of ten with 10, 1,000 and 100,000 meetups in the table, some of which are private, cancelled or over: the first
 * of all, one behind up to ten thousand others, and the first of those that a user attends, which are a tenth. Beside
 * each, a bare query of as many keys of the same index.
 */
export async function list(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  const records = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(cloud.endpoint)))
  try {
    const ada = await newAccount(cloud)
    const rows: object[] = []
    for (const [index, size] of SIZES.entries()) {
      await fill(records, ada, SIZES[index - 1] ?? 0, size)
      for (const one of await listsOf(cloud, ada))
        rows.push({ meetups: size, ...(await compare(cloud, ada, records, one)) })
    }
    return rows
  } finally {
    records.destroy()
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

/** Adds meetups until there are so many; the user attends every tenth. */
async function fill(records: DynamoDBDocumentClient, { userId, email }: Account, from: number, to: number) {
  const attended: MeetupRecord[] = []
  function* meetups(): Generator<MeetupRecord> {
    for (let index = from; index < to; index++) {
      const meetup = meetupOf(index)
      if (index % 10 === 0) attended.push(meetup)
      yield meetup
    }
  }
  await putAll(records, names.table('meetups'), meetups())
  const decided = { userId, email, status: 'CONFIRMED', at: '2027-01-15T08:00:00.000Z' }
  await putAll(
    records,
    names.table('attendances'),
    attended.map(({ meetupId, startsAt: attendsAt }) => ({ ...decided, meetupId, attendsAt, requestId: randomUUID() })),
  )
}

const MINUTE = 60_000
const FIRST = Date.UTC(2098, 0, 1)
const LONG_AGO = Date.UTC(2020, 0, 1)

/** Of ten, one is private, one cancelled, and one over. */
function meetupOf(index: number): MeetupRecord {
  const kind = index % 10
  const startsAt = new Date((kind === 1 ? LONG_AGO : FIRST) + index * MINUTE).toISOString()
  const when = { date: startsAt.slice(0, 10), startTime: startsAt.slice(11, 16), endTime: '23:59', startsAt }
  const { listed, ...unlisted } = keptMeetup(when)
  if (kind === 2) return { ...unlisted, privacy: 'private' }
  if (kind === 3) return { ...unlisted, status: 'CANCELLED' }
  return { ...unlisted, ...(listed ? { listed } : {}) }
}

async function listsOf(cloud: RunningCloud, { userId }: Account): Promise<readonly List[]> {
  const upcoming = { table: 'meetups', index: 'upcoming', partition: ['listed', 'public'] } as const
  const attended = { table: 'attendances', index: 'byUser', partition: ['userId', userId] } as const
  const deep = await deepCursor(cloud)
  return [
    { page: 'first', path: '/api/meetups', query: upcoming },
    ...(deep ? [{ page: 'deep', path: `/api/meetups?cursor=${deep}`, query: upcoming }] : []),
    { page: 'attended', path: '/api/me/attendances', query: attended },
  ]
}

/** Where the hundredth page of a hundred meetups ends, or the last but one. */
async function deepCursor(cloud: RunningCloud): Promise<string | undefined> {
  let cursor: string | undefined
  for (let page = 0; page < DEEP_PAGES; page++) {
    const { body } = await call(cloud, 'GET', `/api/meetups?limit=100${cursor ? `&cursor=${cursor}` : ''}`)
    const next = Meetups.parse(body).cursor
    if (next === undefined) break
    cursor = next
  }
  return cursor
}

async function compare(
  cloud: RunningCloud,
  { idToken: token }: Account,
  records: DynamoDBDocumentClient,
  { page, path, query: { table, index, partition } }: List,
) {
  const bareQuery = new QueryCommand({
    TableName: names.table(table),
    IndexName: index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': partition[0] },
    ExpressionAttributeValues: { ':partition': partition[1] },
    Limit: PAGE + 1,
  })
  const listed = await measured(async () => {
    const { status } = await call(cloud, 'GET', path, { token })
    if (status !== 200) throw new Error(`${path} was answered with ${status}`)
  })
  const bare = await measured(async () => void (await records.send(bareQuery)))
  return {
    page,
    'p50 ms': round(percentile(listed, 50)),
    'p99 ms': round(percentile(listed, 99)),
    'bare p50 ms': round(percentile(bare, 50)),
    'bare p99 ms': round(percentile(bare, 99)),
    'p50 ratio': round(percentile(listed, 50) / percentile(bare, 50)),
    'p99 ratio': round(percentile(listed, 99) / percentile(bare, 99)),
  }
}

/** Milliseconds of each call, once it is warm. */
async function measured(work: () => Promise<void>): Promise<readonly number[]> {
  await times(WARM_UP, CONCURRENCY, work)
  return times(CALLS, CONCURRENCY, work)
}
