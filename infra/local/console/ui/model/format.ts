const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
  timeZoneName: 'short',
})
const whole = new Intl.NumberFormat()

export const formatCount = (count: number): string => whole.format(count)

/** `1 event`, `2 events`. */
export const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** `14:02:07.125`, local time. */
export const formatClock = (at: number): string => (Number.isNaN(at) ? '–' : clock.format(at))

/** `Mar 3` for another day than today, else nothing. */
export const formatDay = (at: number, now: number): string =>
  Number.isNaN(at) || new Date(at).toDateString() === new Date(now).toDateString() ? '' : day.format(at)

export const formatFull = (at: number): string => (Number.isNaN(at) ? '–' : full.format(at))

/** `12 ms`, `3.4 s`, `2.1 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${(ms / 60_000).toFixed(1)} min`
}

/** As a duration, but to the millisecond while that still says something: `1,024 ms`. */
export const formatOffset = (ms: number): string =>
  ms < 10_000 ? `${formatCount(Math.round(ms))} ms` : formatDuration(ms)

/** `512 bytes`, `1.5 KiB`, `3.0 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** The start of a long id: enough to tell two apart at a glance. */
export const shortId = (id: string): string => (id.length > 12 ? id.slice(0, 8) : id)

/** Roughly how long, in the largest unit that fits: `now`, `12 s`, `3 min`, `2 h`, `4 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}
