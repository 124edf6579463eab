import { useLive } from '../live/use-live.ts'
import { DeadLetterQueues } from '../model/dead-letter.ts'
import { counted } from '../model/format.ts'
import { Sheet } from '../parts/sheet.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { QueueSection } from './queue-section.tsx'

// Messages come and go by whom no topic tells of, too.
const QUEUES = { topics: ['events'], everyMs: 2000, parse: (json: unknown) => DeadLetterQueues.parse(json) } as const

/** What could not be done, by queue and by reason. */
export function DeadLettersPage() {
  const { data, failed, retry } = useLive('dead-letters', QUEUES)
  const filled = data?.filter(({ count }) => count > 0) ?? []
  return (
    <Sheet
      title="Dead letters"
      about="Events that a consumer could not do, or that could not be delivered to it. Redrive sends them to their consumer again, once the cause is repaired."
    >
      {filled.length > 0 ? (
        filled.map((queue) => <QueueSection key={queue.name} queue={queue} onChanged={retry} />)
      ) : failed ? (
        <Failed what="dead letters" retry={retry} />
      ) : data ? (
        <Empty title="No dead letters">
          <p>
            {counted(data.length, 'queue')} would take them. To see what happens, have a{' '}
            <a href="#/consumers">consumer</a> fail on purpose.
          </p>
        </Empty>
      ) : (
        <Loading what="dead letters" />
      )}
    </Sheet>
  )
}
