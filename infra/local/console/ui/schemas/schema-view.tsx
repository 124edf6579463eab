import { useLive } from '../live/use-live.ts'
import { formatFull } from '../model/format.ts'
import { linkTo } from '../model/route.ts'
import { SchemaDetail } from '../model/schema.ts'
import { Json } from '../parts/json.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { FieldsTable } from './fields-table.tsx'
import styles from './schema-view.module.css'
import { Versions } from './versions.tsx'

const SCHEMA = { topics: ['events'], parse: (json: unknown) => SchemaDetail.parse(json) } as const

interface SchemaViewProps {
  readonly registry: string
  readonly schema: string
}

/** What an event says, who takes it, what it looked like last, and how its schema has changed. */
export function SchemaView({ registry, schema }: SchemaViewProps) {
  const { data, failed, retry } = useLive(
    `schemas/${encodeURIComponent(registry)}/${encodeURIComponent(schema)}`,
    SCHEMA,
  )
  if (!data) return failed ? <Failed what="schema" retry={retry} /> : <Loading what="the schema" />
  const { name, description, versions, consumers, lastEvent } = data
  const latest = versions.at(-1)
  return (
    <>
      <div className={styles.about}>
        <p>
          <code>{name}</code>
        </p>
        {description !== undefined && <p>{description}</p>}
        <p>
          {consumers.length === 0 ? 'Nobody takes it.' : 'Taken by '}
          {consumers.map((consumer, index) => (
            <span key={consumer.name}>
              {index > 0 && ', '}
              <a href={linkTo('consumers')}>{consumer.name}</a>
              {!consumer.isEnabled && ' (disabled)'}
            </span>
          ))}
        </p>
      </div>
      {latest && (
        <section aria-labelledby="fields">
          <h2 id="fields">Fields of its detail</h2>
          <FieldsTable content={latest.content} />
        </section>
      )}
      <section aria-labelledby="example">
        <h2 id="example">The last one seen</h2>
        {lastEvent ? (
          <>
            <p className={styles.seen}>
              <time dateTime={lastEvent.time}>{formatFull(Date.parse(lastEvent.time))}</time>{' '}
              <a href={linkTo('events', lastEvent.id)}>Open the event</a>
            </p>
            <Json value={lastEvent.detail} what="the detail" />
          </>
        ) : (
          <p className={styles.seen}>None has been on the bus yet.</p>
        )}
      </section>
      <Versions versions={versions} />
    </>
  )
}
