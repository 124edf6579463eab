import { Button } from '@mantine/core'
import { useState } from 'react'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { useNow } from '../live/use-now.ts'
import { formatAge, formatDuration, formatFull } from '../model/format.ts'
import { Invoked } from '../model/function.ts'
import { linkTo } from '../model/route.ts'
import { describeSchedule, type Schedule, Schedules as ScheduleList } from '../model/schedule.ts'
import { Facts } from '../parts/facts.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './consumer-card.module.css'
import page from './consumers-page.module.css'

// That a rule has fired, no topic tells.
const SCHEDULES = { topics: [], everyMs: 2000, parse: (json: unknown) => ScheduleList.parse(json) } as const

/** What runs by the clock. Nothing where no rule has a schedule. */
export function Schedules() {
  const { data = [] } = useLive('schedules', SCHEDULES)
  const now = useNow(data.length > 0)
  if (data.length === 0) return null
  return (
    <section className={page.schedules} aria-labelledby="schedules">
      <h2 id="schedules">Schedules</h2>
      <p className={page.about}>
        Rules that fire by the clock while the local cloud runs. What was due while it did not is left out.
      </p>
      <ul className={page.consumers}>
        {data.map((schedule) => (
          <ScheduleCard key={schedule.name} schedule={schedule} now={now} />
        ))}
      </ul>
    </section>
  )
}

function ScheduleCard({ schedule, now }: { readonly schedule: Schedule; readonly now: number }) {
  const { name, description, expression, isEnabled, lastAt, nextAt, functions, others } = schedule
  return (
    <li className={styles.card} aria-label={name}>
      <header className={styles.head}>
        <h3>{name}</h3>
        {!isEnabled && <Tag tone="warning">rule disabled</Tag>}
      </header>
      {description !== undefined && <p className={styles.takes}>{description}</p>}
      <Facts
        facts={[
          {
            term: 'Fires',
            value: (
              <>
                {describeSchedule(expression)} <code>{expression}</code>
              </>
            ),
          },
          {
            term: 'Last',
            value: lastAt === undefined ? 'never yet' : `${formatAge(now - lastAt)} ago, ${formatFull(lastAt)}`,
          },
          { term: 'Next', value: nextAt === undefined ? '–' : `in ${formatAge(nextAt - now)}, ${formatFull(nextAt)}` },
          ...(others.length === 0 ? [] : [{ term: 'Sends to', value: others.join(', ') }]),
        ]}
      />
      {functions.map((each) => (
        <RunNow key={each} name={each} />
      ))}
    </li>
  )
}

/** Invokes a scheduled function by hand, with the empty object that `aws lambda invoke` sends by default. */
function RunNow({ name }: { readonly name: string }) {
  const { run, busy, problem } = useAction()
  const [invoked, setInvoked] = useState<Invoked>()
  const start = () =>
    run(async () => {
      setInvoked(Invoked.parse(await post(`functions/${encodeURIComponent(name)}/invoke`, { payload: {} })))
    })
  return (
    <div className={styles.run}>
      <Button variant="default" size="xs" loading={busy} aria-label={`Run ${name} now`} onClick={start}>
        Run now
      </Button>
      <a href={linkTo('functions', name)}>{name}</a>
      <span aria-live="polite">
        {invoked && (
          <Tag tone={invoked.error === undefined ? 'good' : 'bad'}>
            {invoked.error === undefined ? 'has run' : 'failed'} in {formatDuration(invoked.ms)}
          </Tag>
        )}
      </span>
      <Problem text={problem} />
    </div>
  )
}
