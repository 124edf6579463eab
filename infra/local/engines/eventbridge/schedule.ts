import { AwsError } from '../engine.ts'
import { DEFAULT_BUS } from './arns.ts'
import { cronDays, parseField } from './cron-fields.ts'

/** When a rule fires: answers the first time after `after`, or `undefined` if there is none. All in epoch milliseconds. */
export type Schedule = (after: number) => number | undefined

const MINUTE = 60_000
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE }
const LAST_YEAR = 2199

/** Throws what PutRule answers for a schedule that it does not take. */
export function checkSchedule(bus: string, expression: string): void {
  if (bus !== DEFAULT_BUS) {
    throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.')
  }
  if (!parseSchedule(expression, 0))
    throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.')
}

/**
 * Reads `rate(…)` or `cron(…)`, in UTC; `undefined` if it is not valid. `createdAt`: a rate counts from then.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string, createdAt: number): Schedule | undefined {
  const { kind, content = '' } = /^(?<kind>rate|cron)\((?<content>.*)\)$/.exec(expression)?.groups ?? {}
  if (kind === 'rate') return parseRate(content, createdAt)
  return kind === 'cron' ? parseCron(content) : undefined
}

function parseRate(content: string, createdAt: number): Schedule | undefined {
  const { count, unit = '', plural } = /^(?<count>[1-9]\d*) (?<unit>[a-z]+?)(?<plural>s?)$/.exec(content)?.groups ?? {}
  const unitMs = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  if (unitMs === undefined || (count === '1') !== (plural === '')) return undefined
  const period = Number(count) * unitMs
  return (after) => createdAt + period * Math.max(Math.floor((after - createdAt) / period) + 1, 1)
}

function parseCron(content: string): Schedule | undefined {
  const fields = content.split(/ +/)
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields
  const minutes = parseField('minute', minute)
  const hours = parseField('hour', hour)
  const months = parseField('month', month)
  const years = parseField('year', year)
  const daysOf = cronDays(dayOfMonth, dayOfWeek)
  if (fields.length !== 6 || !minutes || !hours || !months || !years || !daysOf) return undefined

  return (after) => {
    const from = new Date(Math.floor(after / MINUTE) * MINUTE + MINUTE)
    for (let y = from.getUTCFullYear(); y <= LAST_YEAR; y++) {
      if (!years.has(y)) continue
      for (const m of months) {
        const nextMonth = Date.UTC(y, m, 1)
        if (nextMonth <= from.getTime()) continue
        for (const day of daysOf(y, m)) {
          const start = Date.UTC(y, m - 1, day)
          const time = timeOfDay(hours, minutes, from.getTime() - start)
          if (time !== undefined) return start + time
        }
      }
    }
    return undefined
  }
}

/** The first of these times of a day that is not before `from`; both in milliseconds since the day began. */
function timeOfDay(hours: ReadonlySet<number>, minutes: ReadonlySet<number>, from: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 60 * MINUTE <= from) continue
    for (const minute of minutes) {
      const time = (hour * 60 + minute) * MINUTE
      if (time >= from) return time
    }
  }
  return undefined
}
