import * as z from 'zod'
import { MeetupForm } from '../../../schemas/meetups.ts'
import { here, type Place, timeIn } from './when.ts'

const Typed = z.looseObject({
  date: z.string().optional(),
  startTime: z.string().optional(),
  endTime: z.string().optional(),
  maxAttendees: z.string().optional(),
  bannerSize: z.string().optional(),
})
type Typed = z.output<typeof Typed>
type Times = Pick<Typed, 'date' | 'startTime' | 'endTime'>

const DAY_MS = 86_400_000

/**
 * The form of a new meetup as it is typed: times are those of the reader's clocks, the API takes them in UTC. An end that
 * is not after the start is on the next day. What is wrong is named at the field, as the server would name it.
 */
export const MeetupAsTyped = Typed.transform((typed, context): MeetupForm => {
  const { data, error } = MeetupForm.safeParse({
    ...typed,
    ...timesIn(typed),
    maxAttendees: numberIn(typed.maxAttendees),
    bannerSize: numberIn(typed.bannerSize),
  })
  for (const { path, message } of error?.issues ?? []) {
    const isEnd = path[0] === 'endTime' && typed.startTime && typed.endTime
    const isMissing = path[0] === 'date' && !typed.date
    context.addIssue({ code: 'custom', path, message: isEnd ? endRule(typed) : isMissing ? 'Required' : message })
  }
  return data ?? z.NEVER
})

const numberIn = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/** The times in UTC, as far as they are typed. That the end is on another day in UTC shows in its being before the start. */
export function timesIn({ date, startTime, endTime }: Times): Times {
  const start = new Date(`${date}T${startTime}`)
  const end = new Date(`${date}T${endTime}`)
  if (Number.isNaN(start.getTime())) return { date, startTime, endTime }
  const [utcDate, utcStart] = split(start)
  if (Number.isNaN(end.getTime())) return { date: utcDate, startTime: utcStart, endTime }
  if (end <= start) end.setDate(end.getDate() + 1)
  const [endDate, utcEnd] = split(end)
  // On the next day in UTC the end may be any time of it: midnight is before every start.
  return { date: utcDate, startTime: utcStart, endTime: endDate === utcDate ? utcEnd : '00:00' }
}

const split = (date: Date): readonly [date: string, time: string] => {
  const text = date.toISOString()
  return [text.slice(0, 10), text.slice(11, 16)]
}

function endRule({ date, startTime }: Typed, place: Place = here()): string {
  const start = new Date(`${date}T${startTime}`).getTime()
  if (Number.isNaN(start)) return 'Must be after the start'
  const midnight = new Date((Math.floor(start / DAY_MS) + 1) * DAY_MS)
  return `Must be after the start and before midnight UTC, which is ${timeIn(midnight, place)} for you`
}
