import { NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import { diffLines } from '../model/diff.ts'
import { formatFull } from '../model/format.ts'
import type { Version } from '../model/schema.ts'
import { Json } from '../parts/json.tsx'
import styles from './versions.module.css'

/** A schema's JSON; where there are several versions, two of them side by side. */
export function Versions({ versions }: { readonly versions: readonly Version[] }) {
  const latest = versions.at(-1)
  const previous = versions.at(-2)
  const [from, setFrom] = useState(previous?.version)
  const [to, setTo] = useState(latest?.version)
  const byNumber = (number: number | undefined) => versions.find(({ version }) => version === number)
  const [one, other] = [byNumber(from), byNumber(to)]
  if (!latest) return null
  return (
    <>
      {one && other && (
        <section aria-labelledby="versions">
          <h2 id="versions">Versions side by side</h2>
          <div className={styles.choice}>
            <Choice label="From" versions={versions} value={one} onChange={setFrom} />
            <Choice label="To" versions={versions} value={other} onChange={setTo} />
          </div>
          <Diff before={one.content} after={other.content} />
        </section>
      )}
      <section aria-labelledby="json">
        <h2 id="json">
          {latest.type}, version {latest.version}
        </h2>
        <Json value={latest.content} what="the schema" />
      </section>
    </>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly versions: readonly Version[]
  readonly value: Version
  readonly onChange: (version: number) => void
}

const Choice = ({ label, versions, value, onChange }: ChoiceProps) => (
  <NativeSelect
    size="xs"
    label={label}
    value={String(value.version)}
    onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
    data={versions.map(({ version, createdAt }) => ({
      value: String(version),
      label: `version ${version}, ${formatFull(createdAt)}`,
    }))}
  />
)

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2) ?? ''

function Diff({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const rows = useMemo(() => diffLines(pretty(before), pretty(after)), [before, after])
  const changes = rows.filter(({ kind }) => kind === 'changed').length
  return (
    <>
      <p className={styles.summary} aria-live="polite">
        {changes === 0 ? 'They are the same.' : `${changes} ${changes === 1 ? 'line differs' : 'lines differ'}.`}
      </p>
      <section className={styles.diff} aria-label="Differences">
        <table>
          <tbody>
            {rows.map(({ at, kind, before: one, after: other }) => (
              <tr key={at} data-kind={kind}>
                <td data-side={one === undefined ? 'none' : 'before'}>{one}</td>
                <td data-side={other === undefined ? 'none' : 'after'}>{other}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
