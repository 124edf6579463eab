import { useLive } from '../live/use-live.ts'
import { formatCount } from '../model/format.ts'
import { Topics } from '../model/topic.ts'
import type { PageProps } from '../page.ts'
import { Browser } from '../parts/browser.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import { TopicView } from './topic-view.tsx'

// Topics and their subscriptions also come and change without an event or a mail.
const TOPICS = { topics: ['events', 'emails'], everyMs: 2000, parse: (json: unknown) => Topics.parse(json) } as const

/** The topics, who is subscribed to each, and a way to publish. */
export function TopicsPage({ id, query }: PageProps) {
  const { data, failed, retry } = useLive('topics', TOPICS)
  if (!data) return failed ? <Failed what="topics" retry={retry} /> : <Loading what="topics" />
  if (data.length === 0)
    return (
      <Empty title="No topics">
        <p>Every topic in the templates, or made at the AWS endpoint, shows up here.</p>
      </Empty>
    )
  return (
    <Browser
      page="topics"
      label="Topics"
      rows={data.map(({ name, confirmed, pending }) => ({
        id: name,
        title: name,
        note: (
          <>
            {pending > 0 && <Tag tone="warning">{formatCount(pending)} pending</Tag>}
            <span title="Confirmed subscriptions">{formatCount(confirmed)}</span>
          </>
        ),
      }))}
      id={id}
      titleOf={(name) => name}
      detail={(name) => <TopicView name={name} query={query} onChanged={retry} />}
    />
  )
}
