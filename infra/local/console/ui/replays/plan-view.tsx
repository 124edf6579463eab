import { counted, formatCount, formatFull } from '../model/format.ts'
import type { Plan } from '../model/replay.ts'
import styles from './new-replay.module.css'

/** What a replay will do, before it is done. */
export function PlanView({ plan, rerun }: { readonly plan: Plan; readonly rerun: boolean }) {
  const { names, receivers, from, to, archive } = plan
  const total = names.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return <p className={styles.problem}>No event that is kept is of that kind and time.</p>
  return (
    <div className={styles.plan}>
      <p>
        <b>{counted(total, 'event')}</b> of {archive}
        {from === to
          ? ` of ${formatFull(from * 1000)}`
          : `, from ${formatFull(from * 1000)} to ${formatFull(to * 1000)}`}
        : {names.map(({ name, count }) => `${formatCount(count)} ${name}`).join(', ')}.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">consumer</th>
            <th scope="col" className={styles.number}>
              gets
            </th>
            <th scope="col">what it does</th>
          </tr>
        </thead>
        <tbody>
          {receivers.map(({ rule, description, count, atMost }) => (
            <tr key={rule}>
              <th scope="row">{rule}</th>
              <td className={styles.number}>
                {atMost && 'up to '}
                {formatCount(count)}
              </td>
              <td>{description ?? 'A rule that says nothing of itself.'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {receivers.length === 0 && <p className={styles.problem}>No consumer takes these events.</p>}
      <p className={styles.does}>
        {rerun
          ? 'A rerun: each does all of it again, once, whatever it has done before.'
          : 'Each does only what it has not done yet; the rest are duplicates, without effect.'}
      </p>
    </div>
  )
}
