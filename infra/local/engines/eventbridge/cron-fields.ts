type Field = 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek' | 'year'

const FIELDS: Readonly<
  Record<Field, { readonly from: number; readonly to: number; readonly names: readonly string[] }>
> = {
  minute: { from: 0, to: 59, names: [] },
  hour: { from: 0, to: 23, names: [] },
  dayOfMonth: { from: 1, to: 31, names: [] },
  month: { from: 1, to: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  dayOfWeek: { from: 1, to: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
  year: { from: 1970, to: 2199, names: [] },
}

const PART = /^(?:(?<all>\*)|(?<from>\w+)(?:-(?<to>\w+))?)(?:\/(?<step>[1-9]\d*))?$/

/** The values of a field of `, - * /`, in ascending order; `undefined` if it is not valid. */
export function parseField(field: Field, text: string): ReadonlySet<number> | undefined {
  const values: number[] = []
  for (const part of text.split(',')) {
    const groups = PART.exec(part)?.groups
    if (!groups) return undefined
    const { all, from = '', to, step } = groups
    const first = all ? FIELDS[field].from : parseValue(field, from)
    // A step without an end goes on to the end of the field.
    const last = to !== undefined ? parseValue(field, to) : all || step ? FIELDS[field].to : first
    if (first === undefined || last === undefined || first > last) return undefined
    for (let value = first; value <= last; value += Number(step ?? 1)) values.push(value)
  }
  return new Set(values.sort((a, b) => a - b))
}

function parseValue(field: Field, text: string): number | undefined {
  const { from, to, names } = FIELDS[field]
  const named = names.indexOf(text.toUpperCase())
  if (named >= 0) return from + named
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return value >= from && value <= to ? value : undefined
}

/** The days of a month (1–12) on which it fires, in ascending order. */
type DaysOf = (year: number, month: number) => readonly number[]

const SUNDAY = 1
const SATURDAY = 7

/**
 * Reads the two fields of days, exactly one of which must be `?`; `undefined` if they are not valid. Besides lists, ranges
 * and steps, there are `L` (the last day, or the last Friday as `6L`), `15W` (the working day nearest to the 15th), `LW`
 * (the last working day) and `6#3` (the third Friday).
 */
export function cronDays(dayOfMonth: string, dayOfWeek: string): DaysOf | undefined {
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined
  return dayOfMonth === '?' ? byDayOfWeek(dayOfWeek) : byDayOfMonth(dayOfMonth)
}

function byDayOfMonth(text: string): DaysOf | undefined {
  if (text === 'L') return (year, month) => [lengthOf(year, month)]
  if (text === 'LW') return (year, month) => [nearestWorkday(year, month, lengthOf(year, month))]
  const [, near] = /^(\d+)W$/.exec(text) ?? []
  if (near !== undefined) {
    const day = parseValue('dayOfMonth', near)
    if (day === undefined) return undefined
    return (year, month) => (day > lengthOf(year, month) ? [] : [nearestWorkday(year, month, day)])
  }
  const days = parseField('dayOfMonth', text)
  return days && ((year, month) => allDays(year, month).filter((day) => days.has(day)))
}

function byDayOfWeek(text: string): DaysOf | undefined {
  if (text === 'L') return byDayOfWeek(String(SATURDAY))
  const { name = '', which } = /^(?<name>\w+?)(?<which>L|#[1-5])$/.exec(text)?.groups ?? {}
  if (which === undefined) {
    const days = parseField('dayOfWeek', text)
    return days && ((year, month) => allDays(year, month).filter((day) => days.has(dayOfWeekOf(year, month, day))))
  }
  const wanted = parseValue('dayOfWeek', name)
  if (wanted === undefined) return undefined
  return (year, month) => {
    const days = allDays(year, month).filter((day) => dayOfWeekOf(year, month, day) === wanted)
    const nth = Number(which.slice(1))
    return which === 'L' ? days.slice(-1) : days.slice(nth - 1, nth)
  }
}

const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const allDays = (year: number, month: number): readonly number[] =>
  Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1)

const dayOfWeekOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + SUNDAY

/** Within the month: a weekend that begins or ends it is left to the inner side. */
function nearestWorkday(year: number, month: number, day: number): number {
  const weekday = dayOfWeekOf(year, month, day)
  if (weekday === SATURDAY) return day === 1 ? 3 : day - 1
  if (weekday === SUNDAY) return day === lengthOf(year, month) ? day - 2 : day + 1
  return day
}
