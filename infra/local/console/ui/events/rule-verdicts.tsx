import { useState } from 'react'
import { useVerdicts } from '../live/sources.ts'
import { byCloseness, type FieldVerdict, isOfKind, summary, type Verdict } from '../model/rule.ts'
import { Icon } from '../parts/icon.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import styles from './rule-verdicts.module.css'

/** Why each rule takes an event or does not, field by field. Nothing is asked before somebody wants to know. */
export function RuleVerdicts({ place }: { readonly place: number }) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.why} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h3>Who takes it, and why not</h3>
      </summary>
      {open && <Verdicts place={place} />}
    </details>
  )
}

function Verdicts({ place }: { readonly place: number }) {
  const { data, failed, problem, retry } = useVerdicts(place)
  if (problem !== undefined) return <p>{problem}</p>
  if (!data) return failed ? <Failed what="rules" retry={retry} /> : <Loading what="the rules" />
  if (data.length === 0) return <p className={styles.none}>There is no rule on this bus.</p>
  return (
    <ul className={styles.verdicts}>
      {byCloseness(data).map((verdict) => (
        <RuleVerdict key={verdict.rule} verdict={verdict} />
      ))}
    </ul>
  )
}

/** What is about this kind of event is open: there the question is why, elsewhere it hardly is one. */
function RuleVerdict({ verdict }: { readonly verdict: Verdict }) {
  const { rule, matched, fields } = verdict
  return (
    <li>
      <details open={isOfKind(verdict)}>
        <summary className={styles.rule} data-matched={matched}>
          <Icon name={matched ? 'check' : 'close'} size={13} />
          <b>{rule}</b> <span>{summary(verdict)}</span>
        </summary>
        <ul className={styles.fields}>
          {fields.map((field) => (
            <Field key={field.path} field={field} />
          ))}
        </ul>
      </details>
    </li>
  )
}

function Field({ field: { path, expected, actual, matched } }: { readonly field: FieldVerdict }) {
  const found = actual === undefined ? 'nothing' : <code>{JSON.stringify(actual)}</code>
  return (
    <li data-matched={matched}>
      <Icon name={matched ? 'check' : 'close'} size={11} />
      <b>{path || 'together'}</b>
      <span>
        wants <code>{expected}</code>
      </span>
      <span>{path === '' ? '' : <>found {found}</>}</span>
    </li>
  )
}
