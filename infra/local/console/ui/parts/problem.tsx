import styles from './problem.module.css'

/** What went wrong, as a sentence; nothing if nothing did. */
export function Problem({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  )
}
