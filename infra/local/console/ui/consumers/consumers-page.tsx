import { useLive } from '../live/use-live.ts'
import { Consumers } from '../model/consumer.ts'
import { Sheet } from '../parts/sheet.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { ConsumerCard } from './consumer-card.tsx'
import styles from './consumers-page.module.css'
import { Schedules } from './schedules.tsx'

// Queues are also filled, and readers paused, by whom no topic tells of.
const CONSUMERS = { topics: ['events'], everyMs: 1000, parse: (json: unknown) => Consumers.parse(json) } as const

/** Who takes events, how each fares, and what can be done to each to see how the others take it. */
export function ConsumersPage() {
  const { data, failed, retry } = useLive('consumers', CONSUMERS)
  return (
    <Sheet
      title="Consumers"
      about="Every target of a rule, and every function that follows a table. While one is paused its events wait in its queue; one that fails on purpose is retried, and in the end leaves dead letters."
    >
      {data && data.length > 0 ? (
        <ul className={styles.consumers}>
          {data.map((consumer) => (
            <ConsumerCard key={consumer.id} consumer={consumer} onChanged={retry} />
          ))}
        </ul>
      ) : failed ? (
        <Failed what="consumers" retry={retry} />
      ) : data ? (
        <Empty title="Nobody takes events yet">
          <p>
            A rule with a target makes a consumer: <code>npm run new:consumer</code>, or PutRule and PutTargets at the
            AWS endpoint.
          </p>
        </Empty>
      ) : (
        <Loading what="consumers" />
      )}
      <Schedules />
    </Sheet>
  )
}
