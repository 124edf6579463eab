import { startOf } from '../../../schemas/meetups.ts'

/** When a meetup is, in UTC, as the API says it. */
export interface Times {
  readonly date: string
  readonly startTime: string
  readonly endTime: string
}

/** Where the reader is: how dates are written there, and the zone of its clocks (IANA's name of it). */
export interface Place {
  readonly locale: string
  readonly timeZone: string
}

/** The same in the words and the time zone of a place. */
export interface When {
  readonly day: string
  readonly from: string
  /** With its weekday, if that is another one. */
  readonly to: string
  /** What the clocks are called then, like `GMT+2`. */
  readonly zone: string
}

/** When a meetup ends. */
export const endOf = ({ date, endTime }: Times): Date => startOf({ date, startTime: endTime })

/** The pages are in English, so dates are too: in the reader's own, if they have one. */
export function here(): Place {
  const locale = navigator.languages.find((language) => /^en\b/.test(language)) ?? 'en-GB'
  return { locale, timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
}

/** When a meetup is, for people. */
export function whenOf(times: Times, { locale, timeZone } = here()): When {
  const [start, end] = [startOf(times), endOf(times)]
  const inWords = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(date)
  const time = (date: Date) => timeIn(date, { locale, timeZone })
  const weekday = (date: Date) => inWords(date, { weekday: 'long' })
  const isNextDay = weekday(start) !== weekday(end)
  return {
    day: inWords(start, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    from: time(start),
    to: isNextDay ? `${weekday(end)}, ${time(end)}` : time(end),
    zone: zoneOf(start, { locale, timeZone }),
  }
}

/** A time of day on the clocks of a place. */
export const timeIn = (date: Date, { locale, timeZone }: Place): string =>
  new Intl.DateTimeFormat(locale, { timeZone, hour: 'numeric', minute: '2-digit' }).format(date)

/** What the clocks of a place are called at a time. */
const zoneOf = (date: Date, { locale, timeZone }: Place): string =>
  new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
