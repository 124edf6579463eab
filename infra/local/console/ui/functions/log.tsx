import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useLive } from '../live/use-live.ts'
import { goInstead } from '../live/use-route.ts'
import { formatClock, formatDay, formatFull, shortId } from '../model/format.ts'
import { type LogLine, LogLines, specialsOf } from '../model/function.ts'
import { reuse } from '../model/held.ts'
import { linkTo, type Route } from '../model/route.ts'
import { FilterInput } from '../parts/filter-input.tsx'
import { Json } from '../parts/json.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './log.module.css'

const LINES = {
  topics: ['events'],
  everyMs: 1000,
  parse: (json: unknown): readonly LogLine[] => LogLines.parse(json),
  // A line never changes.
  merge: (before: readonly LogLine[], next: readonly LogLine[]) => reuse(before, next, () => true),
} as const
const PAGE = 100

interface LogProps {
  readonly name: string
  readonly query: Route['query']
}

/** A function's log, newest first, as it is written. The filter is in the address. */
export function Log({ name, query }: LogProps) {
  const { text = '', level = '', correlationId = '' } = query
  const [limit, setLimit] = useState(PAGE)
  const filter = Object.entries({ text, level, correlationId }).filter(([, value]) => value !== '')
  const parameters = new URLSearchParams([...filter, ['limit', String(limit)]])
  const { data, failed, retry } = useLive(`functions/${encodeURIComponent(name)}/log?${parameters}`, LINES)
  const change = (part: Route['query']) => goInstead(linkTo('functions', name, { ...query, ...part }))
  return (
    <section className={styles.log} aria-labelledby="log">
      <h2 id="log">Log</h2>
      <search className={styles.filter}>
        <FilterInput label="Text" value={text} onChange={(value) => change({ text: value })} />
        <NativeSelect
          size="xs"
          label="Level"
          value={level}
          data={[
            { value: '', label: 'all lines' },
            { value: 'INFO', label: 'INFO and up' },
            { value: 'WARN', label: 'WARN and up' },
            { value: 'ERROR', label: 'ERROR' },
          ]}
          onChange={({ currentTarget }) => change({ level: currentTarget.value })}
        />
        <FilterInput
          label="Correlation id"
          value={correlationId}
          onChange={(value) => change({ correlationId: value })}
        />
      </search>
      {data && data.length > 0 ? (
        <ol className={styles.lines}>
          {data.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      ) : failed ? (
        <Failed what="log" retry={retry} />
      ) : data ? (
        <p className={styles.none}>
          {filter.length > 0 ? 'No line is like that.' : 'It has not written anything yet.'}
        </p>
      ) : (
        <Loading what="the log" />
      )}
      {data && data.length >= limit && (
        <Button className={styles.more ?? ''} size="xs" variant="default" onClick={() => setLimit(limit + PAGE)}>
          Load more
        </Button>
      )}
    </section>
  )
}

const TONES = { DEBUG: 'quiet', INFO: 'busy', WARN: 'warning', ERROR: 'bad' } as const

function Line({ line: { at, level, text, correlationId, fields } }: { readonly line: LogLine }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <p className={styles.facts}>
        <time dateTime={new Date(at).toISOString()} title={formatFull(at)}>
          {formatDay(at, Date.now())} {formatClock(at)}
        </time>
        {level && <Tag tone={TONES[level]}>{level}</Tag>}
        {correlationId !== undefined && (
          <a
            href={linkTo('chains', correlationId)}
            aria-label={`Chain ${shortId(correlationId)}`}
            title={correlationId}
          >
            {shortId(correlationId)}
          </a>
        )}
      </p>
      {fields === undefined ? (
        <pre>{text}</pre>
      ) : (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>
            {text} <span className={styles.specials}>{specialsOf(fields)}</span>
          </summary>
          {open && <Json value={fields} what="the line" />}
        </details>
      )}
    </li>
  )
}
