import * as z from 'zod/mini'

const Schedule = z.object({
  name: z.string(),
  description: z.optional(z.string()),
  expression: z.string(),
  isEnabled: z.boolean(),
  /** Milliseconds since the epoch. */
  lastAt: z.optional(z.number()),
  nextAt: z.optional(z.number()),
  functions: z.array(z.string()),
  /** Whatever else it sends to, by name. */
  others: z.array(z.string()),
})
export type Schedule = z.infer<typeof Schedule>
export const Schedules = z.array(Schedule)

/**
 * In words, when a rule fires: `every hour`, `at 18:00 UTC, MON-FRI`; what has no short words is said field by field.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function describeSchedule(expression: string): string {
  const { kind, content = '' } = /^(?<kind>rate|cron)\((?<content>.*)\)$/.exec(expression)?.groups ?? {}
  if (kind === 'rate') return `every ${content.replace(/^1 /, '')}`
  return kind === 'cron' ? describeCron(content.split(/ +/)) : expression
}

function describeCron([
  minute = '',
  hour = '',
  dayOfMonth = '',
  month = '',
  dayOfWeek = '',
  year = '',
]: readonly string[]) {
  return [
    describeTime(minute, hour),
    ...(isAny(dayOfMonth) && isAny(dayOfWeek) ? (isNumber(hour) ? ['every day'] : []) : []),
    ...(isAny(dayOfMonth) ? [] : [`${dayOfMonth === 'L' ? 'the last day' : `day ${dayOfMonth}`} of the month`]),
    ...(isAny(dayOfWeek) ? [] : [dayOfWeek]),
    ...(isAny(month) ? [] : [`in month ${month}`]),
    ...(isAny(year) ? [] : [`in ${year}`]),
  ].join(', ')
}

const isAny = (field: string): boolean => field === '*' || field === '?'
const isNumber = (field: string): boolean => /^\d+$/.test(field)

function describeTime(minute: string, hour: string): string {
  if (isNumber(minute) && isNumber(hour)) return `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`
  const step = /^(?:0|\*)\/(\d+)$/.exec(minute)?.[1]
  const every = minute === '*' ? 'every minute' : step === undefined ? `at minute ${minute}` : `every ${step} minutes`
  return isAny(hour) ? every : `${every} of hour ${hour} UTC`
}
