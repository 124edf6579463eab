import { Button, Textarea, TextInput } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import { post } from '../live/post.ts'
import { useAction } from '../live/use-action.ts'
import { counted, formatCount } from '../model/format.ts'
import { type Attribute, filledIn, Published } from '../model/topic.ts'
import { Endpoint } from '../parts/endpoint.tsx'
import { Problem } from '../parts/problem.tsx'
import { Tag } from '../parts/tag.tsx'
import { Attributes } from './attributes.tsx'
import styles from './publish.module.css'

interface PublishProps {
  /** The topic's. */
  readonly name: string
  readonly onPublished: () => void
}

/** Publishes what is typed, and shows who got it. */
export function Publish({ name, onPublished }: PublishProps) {
  const [subject, setSubject] = useState('')
  const [text, setText] = useState('')
  const [attributes, setAttributes] = useState<readonly Attribute[]>([])
  const [published, setPublished] = useState<Published>()
  const { run, busy, problem } = useAction()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    run(async () => {
      setPublished(undefined)
      const draft = { subject, text, attributes: filledIn(attributes) }
      setPublished(Published.parse(await post(`topics/${encodeURIComponent(name)}/publish`, draft)))
      onPublished()
    })
  }
  return (
    <details className={styles.publish}>
      <summary>Publish by hand</summary>
      <form onSubmit={submit}>
        <TextInput
          size="xs"
          label="Subject"
          placeholder="none"
          value={subject}
          maxLength={100}
          autoComplete="off"
          onChange={({ currentTarget }) => setSubject(currentTarget.value)}
        />
        <Textarea
          size="xs"
          label="Message"
          autosize
          minRows={3}
          maxRows={16}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Attributes attributes={attributes} onChange={setAttributes} />
        <Button type="submit" size="xs" disabled={text === ''} loading={busy}>
          Publish
        </Button>
      </form>
      <Problem text={problem} />
      <div aria-live="polite">{published && <Result of={published} />}</div>
    </details>
  )
}

function Result({ of: { messageId, taken, takers, filtered, pending } }: { readonly of: Published }) {
  return (
    <div className={styles.result}>
      <p className={styles.summary}>
        <Tag tone={taken > 0 ? 'good' : 'warning'}>{taken > 0 ? 'published' : 'published to nobody'}</Tag>
        <span>
          {counted(taken, 'subscription')} got it, {formatCount(filtered)} filtered it out, {formatCount(pending)} not
          confirmed
        </span>
      </p>
      {takers.length > 0 && (
        <ul>
          {takers.map(({ arn, protocol, endpoint }) => (
            <li key={arn}>
              <span className={styles.protocol}>{protocol}</span> <Endpoint protocol={protocol} endpoint={endpoint} />
            </li>
          ))}
          {takers.length < taken && <li>and {formatCount(taken - takers.length)} more</li>}
        </ul>
      )}
      <p className={styles.protocol}>
        Message <code>{messageId}</code>
      </p>
    </div>
  )
}
