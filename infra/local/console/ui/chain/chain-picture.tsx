import type { Chain, ChainNode } from '../model/chain.ts'
import { type ConsoleEvent, gravest, occurredAt } from '../model/event.ts'
import { counted, formatClock, formatFull, formatOffset, shortId } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { EventName } from '../parts/event-name.tsx'
import { Icon } from '../parts/icon.tsx'
import { DeliveryChips } from '../parts/outcome.tsx'
import styles from './chain-picture.module.css'

/** Who began it on the left (on a narrow screen: on top), and to the right of each event what followed from it. */
export function ChainPicture({ chain }: { readonly chain: Chain }) {
  const beginnings = chain.roots.filter(({ missingCause }) => missingCause === undefined)
  const sources = [...new Set(beginnings.map(({ event }) => event.source))]
  return (
    <div className={styles.scroller}>
      <div className={styles.node}>
        <div className={styles.producer}>
          <p className={styles.role}>
            <Icon name="producer" size={14} /> Producer
          </p>
          <p className={styles.name}>{sources.join(', ') || 'not known any more'}</p>
          <time className={styles.offset} title={formatFull(chain.startedAt)}>
            {formatClock(chain.startedAt)}
          </time>
        </div>
        <Branches nodes={chain.roots} />
      </div>
    </div>
  )
}

function Branches({ nodes }: { readonly nodes: readonly ChainNode[] }) {
  if (nodes.length === 0) return null
  return (
    <ol className={styles.branches}>
      {nodes.map((node) => (
        <li key={node.eventId} className={styles.branch} data-orphan={node.missingCause !== undefined}>
          <div className={styles.node}>
            <EventCard node={node} />
            <Branches nodes={node.children} />
          </div>
        </li>
      ))}
    </ol>
  )
}

function EventCard({ node }: { readonly node: ChainNode }) {
  const { event, repeats, offsetMs, missingCause } = node
  return (
    <article className={styles.card} data-outcome={gravest([event, ...repeats])}>
      <p className={styles.top}>
        <a className={styles.name} href={linkTo('events', event.id)}>
          <EventName name={event.name} />
        </a>
        <span className={styles.offset} title={formatFull(occurredAt(event))}>
          +{formatOffset(offsetMs)}
        </span>
      </p>
      {missingCause !== undefined && (
        <p className={styles.note}>
          follows from <code>{shortId(missingCause)}</code>, which is not kept here
        </p>
      )}
      <DeliveryChips deliveries={event.deliveries} />
      {repeats.map((repeat) => (
        <Repeat key={repeat.id} repeat={repeat} />
      ))}
      {node.children.length > 0 && <p className="said">{counted(node.children.length, 'event')} followed from it:</p>}
    </article>
  )
}

function Repeat({ repeat }: { readonly repeat: ConsoleEvent }) {
  return (
    <div className={styles.repeat}>
      <p className={styles.note}>
        <a href={linkTo('events', repeat.id)}>the same event again</a>
      </p>
      <DeliveryChips deliveries={repeat.deliveries} />
    </div>
  )
}
