import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { Topics } from '../model/topic.ts'
import type { PageProps } from '../page.ts'
import { Resources } from '../parts/resources.tsx'
import { Tag } from '../parts/tag.tsx'
import { TopicView } from './topic-view.tsx'

// Topics and their subscriptions also come and change without an event or a mail.
const TOPICS = { topics: ['events', 'emails'], everyMs: 2000, parse: (json: unknown) => Topics.parse(json) } as const

/** The topics, who is subscribed to each, and a way to publish. */
export function TopicsPage({ id, query }: PageProps) {
  const live = useLive('topics', TOPICS)
  return (
    <Resources
      kind="topic"
      live={live}
      none="Every topic in the templates, or made at the AWS endpoint, shows up here."
      id={id}
      note={({ confirmed, pending }) => (
        <>
          {pending > 0 && <Tag tone="warning">{formatCount(pending)} pending</Tag>}
          <span title="Confirmed subscriptions">{formatCount(confirmed)}</span>
        </>
      )}
      detail={({ name }) => <TopicView name={name} query={query} onChanged={live.retry} />}
    />
  )
}
