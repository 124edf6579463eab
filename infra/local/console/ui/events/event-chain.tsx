import { Executions } from '../chain/executions.tsx'
import { Timeline } from '../chain/timeline.tsx'
import { useChain } from '../live/sources.ts'
import { type ConsoleEvent, metadataOf } from '../model/event.ts'
import { linkTo } from '../model/route.ts'
import { Icon } from '../parts/icon.tsx'
import styles from './event-detail.module.css'

/** The chain that an event is part of. */
export function EventChain({ event }: { readonly event: ConsoleEvent }) {
  const { correlationId } = metadataOf(event)
  return correlationId === undefined ? null : <Chain correlationId={correlationId} />
}

function Chain({ correlationId }: { readonly correlationId: string }) {
  const { data } = useChain(correlationId)
  return (
    <section aria-labelledby="chain">
      <h3 id="chain" className={styles.titled}>
        Its chain
        <a href={linkTo('chains', correlationId)}>
          Open it <Icon name="forward" size={14} />
        </a>
      </h3>
      <Executions correlationId={correlationId} />
      {data && data.length > 0 && (
        <div className={styles.chain}>
          <Timeline events={data} />
        </div>
      )}
    </section>
  )
}
