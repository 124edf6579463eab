import { useLive } from '../live/use-live.ts'
import { goInstead } from '../live/use-route.ts'
import { counted, formatCount } from '../model/format.ts'
import { linkTo, type Route } from '../model/route.ts'
import { Topic } from '../model/topic.ts'
import { Copy } from '../parts/copy.tsx'
import { Facts } from '../parts/facts.tsx'
import { FilterInput } from '../parts/filter-input.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { Subscriptions } from '../parts/subscriptions.tsx'
import { Publish } from './publish.tsx'
import styles from './topic-view.module.css'

const TOPIC = { topics: ['events', 'emails'], everyMs: 2000, parse: (json: unknown) => Topic.parse(json) } as const

interface TopicViewProps {
  readonly name: string
  readonly query: Route['query']
  readonly onChanged: () => void
}

/** One topic: its subscriptions, and a message published by hand. */
export function TopicView({ name, query: { search = '' }, onChanged }: TopicViewProps) {
  const parameters = new URLSearchParams({ search })
  const { data, failed, problem, retry } = useLive(`topics/${encodeURIComponent(name)}?${parameters}`, TOPIC)
  if (failed && problem !== undefined) return <Empty title={problem} />
  if (!data) return failed ? <Failed what="topic" retry={retry} /> : <Loading what="the topic" />
  return (
    <>
      <Facts
        facts={[
          {
            term: 'ARN',
            value: (
              <>
                <code>{data.arn}</code> <Copy text={data.arn} what="the ARN" />
              </>
            ),
          },
          ...(data.displayName === '' ? [] : [{ term: 'Sends as', value: data.displayName }]),
        ]}
      />
      <Publish
        name={name}
        onPublished={() => {
          retry()
          onChanged()
        }}
      />
      <section className={styles.subscriptions} aria-labelledby="subscriptions">
        <h2 id="subscriptions">Subscriptions</h2>
        <p className={styles.count}>
          {formatCount(data.confirmed)} confirmed, {formatCount(data.pending)} pending
        </p>
        <Listed topic={data} search={search} />
      </section>
    </>
  )
}

function Listed({ topic, search }: { readonly topic: Topic; readonly search: string }) {
  const { name, subscriptions, found } = topic
  if (search === '' && found === 0)
    return (
      <Empty title="Nobody is subscribed">
        <p>
          <code>
            aws sns subscribe --topic-arn {topic.arn} --protocol email --notification-endpoint you@example.com
          </code>
        </p>
      </Empty>
    )
  return (
    <>
      <search className={styles.find}>
        <FilterInput
          label="Endpoint or filter"
          value={search}
          onChange={(text) => goInstead(linkTo('topics', name, { search: text }))}
        />
      </search>
      <p className={styles.count} aria-live="polite">
        {search !== '' && `${counted(found, 'subscription')} found. `}
        {subscriptions.length < found && `The first ${formatCount(subscriptions.length)} are listed.`}
      </p>
      {found > 0 && <Subscriptions subscriptions={subscriptions} />}
    </>
  )
}
