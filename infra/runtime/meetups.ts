import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { MeetupSubmitted, MeetupView, meetupId } from '../../schemas/meetups.ts'
import { type Answer, HttpError, json } from './answers.ts'
import { patience } from './dynamodb.ts'
import { names, variable } from './environment.ts'
import type { Page } from './page.ts'
import { records } from './records.ts'

/** One item of the table. */
export const MeetupRecord = z.object({
  ...MeetupSubmitted.data.shape,
  ...MeetupView.pick({ status: true, attending: true }).shape,
  /** By which lists are sorted. */
  startsAt: z.iso.datetime(),
  /** There while it is in the public list: the key of the list's index. */
  listed: z.literal('public').optional(),
  cancelledAt: z.iso.datetime().optional(),
})
export type MeetupRecord = z.output<typeof MeetupRecord>

/** Where a meetup is in an index. */
export const MeetupPosition = z.object({ meetupId, startsAt: z.iso.datetime() })

const TableName = names.table('meetups')

/** What stands in a path or body, if it may be the id of a meetup; throws a 404 `HttpError` if not. */
export function meetupIdIn(text: string | undefined): string {
  // DynamoDB refuses some texts as a key, and what is no id of ours is not there anyway.
  const { data } = meetupId.safeParse(text)
  if (!data) throw new HttpError(404, 'There is no such meetup')
  return data
}

/** A meetup as it is now. */
export async function findMeetup(meetupId: string): Promise<MeetupRecord | undefined> {
  const get = new GetCommand({ TableName, Key: { meetupId }, ConsistentRead: true })
  const { Item: item } = await records.send(get)
  return item && MeetupRecord.parse(item)
}

/** What everybody may know of a meetup. */
export const viewOf = ({ bannerKey, ...meetup }: MeetupRecord): MeetupView =>
  MeetupView.parse({ ...meetup, ...(bannerKey ? { bannerUrl: `${variable('SITE_URL')}/${bannerKey}` } : {}) })

/**
 * Answers a page of a list with the meetups themselves, as they are now; `isMeant` leaves out some. An index holds keys
 * only, so that nothing but the record is written when somebody attends.
 */
export async function answerMeetups(
  { items, ...cursor }: Page,
  isMeant: (meetup: MeetupRecord) => boolean = () => true,
): Promise<Answer> {
  const ids = Keys.parse(items).map(({ meetupId }) => meetupId)
  const found = new Map((await getAll(ids)).map((meetup) => [meetup.meetupId, meetup]))
  const meetups = ids.flatMap((id) => found.get(id) ?? []).filter(isMeant)
  return json(200, { meetups: meetups.map(viewOf), ...cursor })
}

const Keys = z.array(z.object({ meetupId }))

/** At most a hundred: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
async function getAll(ids: readonly string[]): Promise<readonly MeetupRecord[]> {
  if (ids.length === 0) return []
  const { Responses = {}, UnprocessedKeys = {} } = await records.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys: ids.map((meetupId) => ({ meetupId })) } } }),
  )
  const found = MeetupRecord.array().parse(Responses[TableName] ?? [])
  const left = Keys.parse(UnprocessedKeys[TableName]?.Keys ?? [])
  if (left.length === 0) return found
  await patience()
  return [...found, ...(await getAll(left.map(({ meetupId }) => meetupId)))]
}
