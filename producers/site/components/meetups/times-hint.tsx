import { timesIn } from '../../meetups/as-typed.ts'
import type { Draft } from '../../meetups/draft.ts'
import { here, type Times, whenOf } from '../../meetups/when.ts'

/** Whose time it is that is typed, and what that is for everybody. */
export function TimesHint({ typed }: { readonly typed: Draft }) {
  const { date, startTime, endTime } = timesIn(typed)
  const { timeZone } = here()
  return (
    <p className="aside times-hint">
      In your time zone, <strong>{timeZone}</strong>.{' '}
      {date && startTime && endTime && startTime < endTime ? (
        <InWords times={{ date, startTime, endTime }} />
      ) : (
        'Everybody will see it in theirs.'
      )}
    </p>
  )
}

function InWords({ times }: { readonly times: Times }) {
  const { day, from, to, zone } = whenOf(times)
  return (
    <>
      That is {day}, {from} – {to} {zone}
      {zone !== 'UTC' && `, or ${times.startTime} – ${times.endTime} UTC`}.
    </>
  )
}
