import { useMemo } from 'react'
import { fieldsOf } from '../model/fields.ts'
import styles from './fields-table.module.css'

/** The fields that a schema knows, one in a row. */
export function FieldsTable({ content }: { readonly content: unknown }) {
  const fields = useMemo(() => fieldsOf(content), [content])
  if (fields.length === 0) return <p className={styles.none}>The schema names no fields.</p>
  return (
    // The table is wider than a phone.
    <section className={styles.scroller} aria-label="Fields">
      <table className={styles.fields}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Type</th>
            <th scope="col">Held to</th>
            <th scope="col">What it is</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, type, required, limits, description }) => (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
                {!required && <span className={styles.optional}> optional</span>}
              </th>
              <td>{type}</td>
              <td>{limits}</td>
              <td>{description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
