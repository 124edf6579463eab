import { afterEach, describe, expect, test, vi } from 'vitest'
import { MeetupAsTyped } from '../../../producers/site/meetups/as-typed.ts'
import { whenOf } from '../../../producers/site/meetups/when.ts'
import { MeetupForm, publishMeetup } from '../../../schemas/meetups.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const { date: _, startTime: __, endTime: ___, ...said } = MeetupForm.parse(publishMeetup.example)
const typed = (times: object, zone: string) => {
  vi.stubEnv('TZ', zone)
  return MeetupAsTyped.safeParse({ ...said, maxAttendees: '50', date: '2099-05-20', ...times })
}
const complaints = ({ error }: ReturnType<typeof typed>) =>
  Object.fromEntries((error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]))

describe('what is typed', () => {
  test.each([
    ['Europe/Berlin', '18:00', '20:30', ['2099-05-20', '16:00', '18:30']],
    ['America/Los_Angeles', '18:00', '20:30', ['2099-05-21', '01:00', '03:30']],
    ['Asia/Tokyo', '08:00', '08:45', ['2099-05-19', '23:00', '23:45']],
    // Past midnight there, and not yet in UTC.
    ['Europe/Berlin', '22:30', '00:30', ['2099-05-20', '20:30', '22:30']],
    ['UTC', '00:00', '23:59', ['2099-05-20', '00:00', '23:59']],
  ])('in %s from %s to %s goes to the API in UTC', (zone, startTime, endTime, [date, start, end]) => {
    const { data } = typed({ startTime, endTime }, zone)
    expect(data).toEqual({ ...said, maxAttendees: 50, date, startTime: start, endTime: end })
  })

  test.each([
    ['America/New_York', '18:00', '20:30', '20:00'],
    ['Europe/Berlin', '18:00', '17:00', '2:00'],
    ['UTC', '18:00', '18:00', '0:00'],
  ])('in %s from %s to %s is on two days in UTC: the end must be before %s', (zone, startTime, endTime, midnight) => {
    vi.stubGlobal('navigator', { languages: ['de', 'en-GB'] })
    expect(complaints(typed({ startTime, endTime }, zone))).toEqual({
      endTime: `Must be after the start and before midnight UTC, which is ${midnight} for you`,
    })
  })

  test('is complained about as the server would, field by field', () => {
    const { title, maxAttendees, date, startTime } = complaints(
      typed({ title: ' ', maxAttendees: '2.5', startTime: undefined, endTime: '10:00' }, 'UTC'),
    )
    expect([title, maxAttendees, date, startTime]).toEqual([
      'Required',
      'Must be a whole number',
      undefined,
      'Required',
    ])
    expect(complaints(typed({ date: '2020-05-20', startTime: '09:00', endTime: '10:00' }, 'UTC'))).toEqual({
      date: 'Must be in the future',
    })
  })
})

test.each([
  ['Europe/Berlin', 'en-GB', ['Wednesday 20 May 2099', '23:30', 'Thursday, 1:30', 'CEST']],
  ['America/New_York', 'en-US', ['Wednesday, May 20, 2099', '5:30 PM', '7:30 PM', 'EDT']],
  ['UTC', 'en-GB', ['Wednesday 20 May 2099', '21:30', '23:30', 'UTC']],
])('in %s (%s) a meetup is shown in words and times of there', (timeZone, locale, expected) => {
  const meetup = { date: '2099-05-20', startTime: '21:30', endTime: '23:30' }
  const { day, from, to, zone } = whenOf(meetup, { locale, timeZone })
  const plain = [day, from, to, zone].map((text) => text.replace(/[\u202f\u00a0]/g, ' ').replace('day, 20', 'day 20'))
  expect(plain).toEqual(expected)
})
