import { expect, test } from 'vitest'
import { placesInWords, stageOf } from '../../../producers/site/meetups/places.ts'
import { exampleMeetup, MeetupView } from '../../../schemas/meetups.ts'

const meetup = (differences: object) => MeetupView.parse({ ...exampleMeetup, ...differences })

test.each([
  [{ attending: 12 }, 'open', '38 of 50 places left'],
  [{ attending: 49_999, maxAttendees: 100_000 }, 'open', '50,001 of 100,000 places left'],
  [{ attending: 1, maxAttendees: 1 }, 'full', 'Full: 1 place taken'],
  [{ attending: 50 }, 'full', 'Full: 50 places taken'],
])('%o is %s: %s', (differences, stage, words) => {
  expect(stageOf(meetup(differences))).toBe(stage)
  expect(placesInWords(meetup(differences))).toBe(words)
})

test('a meetup is over once it has ended, and cancelled whatever else it is', () => {
  const full = { attending: 50, date: '2027-05-20', startTime: '18:00', endTime: '20:30' }
  expect(stageOf(meetup(full), Date.parse('2027-05-20T20:29:00Z'))).toBe('full')
  expect(stageOf(meetup(full), Date.parse('2027-05-20T20:30:00Z'))).toBe('over')
  expect(stageOf(meetup({ ...full, status: 'CANCELLED' }), Date.parse('2027-05-20T20:30:00Z'))).toBe('cancelled')
})
