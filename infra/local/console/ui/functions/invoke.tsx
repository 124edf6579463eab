import { Button, Textarea } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { formatDuration } from '../model/format.ts'
import { Invoked } from '../model/function.ts'
import { Json } from '../parts/json.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import styles from './invoke.module.css'

interface InvokeProps {
  readonly name: string
  readonly onInvoked: () => void
}

/** Invokes a function with what is typed, and shows what came of it. */
export function Invoke({ name, onInvoked }: InvokeProps) {
  const [text, setText] = useState('{}')
  const [invoked, setInvoked] = useState<Invoked>()
  const { run, busy, problem } = useAction()
  const payload = jsonIn(text)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (payload === undefined) return
    run(async () => {
      setInvoked(Invoked.parse(await post(`functions/${encodeURIComponent(name)}/invoke`, payload)))
      onInvoked()
    })
  }
  return (
    <details className={styles.invoke}>
      <summary>Invoke by hand</summary>
      <form onSubmit={submit}>
        <Textarea
          label="Payload, in JSON"
          autosize
          minRows={3}
          maxRows={16}
          value={text}
          error={payload === undefined && 'This is not JSON'}
          spellCheck={false}
          classNames={{ input: styles.input ?? '' }}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit" size="xs" disabled={payload === undefined} loading={busy}>
          Invoke
        </Button>
      </form>
      <Problem text={problem} />
      {invoked && (
        <div className={styles.answer} aria-live="polite">
          <p>
            <Tag tone={invoked.error === undefined ? 'good' : 'bad'}>
              {invoked.error === undefined ? 'answered' : 'failed'}
            </Tag>{' '}
            in {formatDuration(invoked.ms)}
          </p>
          <Json value={invoked.answer} what="the answer" />
          {invoked.log.length > 0 && <pre>{invoked.log.join('\n')}</pre>}
        </div>
      )}
    </details>
  )
}

/** What to send: `undefined` while the text is no JSON. */
function jsonIn(text: string): { readonly payload: unknown } | undefined {
  try {
    return { payload: JSON.parse(text) }
  } catch {
    return undefined
  }
}
