import { memo, type ReactNode } from 'react'
import { Copy } from './copy.tsx'
import styles from './json.module.css'

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b/g

/** A value as indented, coloured JSON, with a button to copy it. */
export const Json = memo(function Json({ value, what }: { readonly value: unknown; readonly what: string }) {
  const text = JSON.stringify(value, undefined, 2) ?? 'undefined'
  return (
    <div className={styles.json}>
      <pre>{coloured(text)}</pre>
      <div className={styles.corner}>
        <Copy text={text} what={what} />
      </div>
    </div>
  )
})

function coloured(text: string): readonly ReactNode[] {
  const pieces: ReactNode[] = []
  let end = 0
  for (const { 0: token, 1: string, 2: colon, index } of text.matchAll(TOKEN)) {
    const kind = string === undefined ? styles.literal : colon === undefined ? styles.string : styles.key
    pieces.push(
      text.slice(end, index),
      <span key={index} className={kind}>
        {string ?? token}
      </span>,
      colon,
    )
    end = index + token.length
  }
  return [...pieces, text.slice(end)]
}
