import { versionedNameOf } from '../../../schemas/event.ts'
import type { ConsumerFolder } from '../../contracts.ts'
import type { Flow } from '../asyncapi.ts'
import { graphOf } from '../flow/graph.ts'
import { linkTo } from '../links.ts'
import type { Contracts } from './index.tsx'
import styles from './overview.module.css'
import { EmitterLinks, Entry, EventLinks, Facts, Links, Text } from './parts.tsx'
import { Picture } from './picture.tsx'

/** What flows, in a picture for every context; and the consumers. */
export const Overview = ({ contexts, ...flow }: Contracts) => (
  <>
    {contexts
      .filter(({ events }) => events.length > 0)
      .map(({ name, events }) => (
        <section key={name} className={styles.context} aria-labelledby={`${name}-title`}>
          <h2 id={`${name}-title`}>{capital(name)}</h2>
          <Picture
            graph={graphOf(events, flow)}
            label={`How the events of ${name} flow. The list that follows says it.`}
          />
          <InWords events={events} flow={flow} />
        </section>
      ))}
    <section className={styles.context} aria-labelledby="consumers-title">
      <h2 id="consumers-title">Consumers</h2>
      <p>
        Each has a rule, a queue with dead letters, and a function; it sees every event once, however often that is
        delivered.
      </p>
      {flow.consumers.map((consumer) => (
        <ConsumerEntry key={consumer.name} {...consumer} />
      ))}
    </section>
    <OtherEmitters {...flow} />
  </>
)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the picture shows, for whoever does not see it. */
const InWords = ({ events, flow }: { readonly events: Flow['events']; readonly flow: Flow }) => (
  <details className={styles.words}>
    <summary>In words</summary>
    <ul>
      {events.map((event) => (
        <li key={versionedNameOf(event)}>
          <a href={linkTo.event(event)}>{versionedNameOf(event)}</a>: from{' '}
          <EmitterLinks emitters={flow.emitters.filter(({ emits }) => emits.includes(event))} />, to{' '}
          <Links
            links={flow.consumers
              .filter(({ declaration }) => declaration.events.includes(event))
              .map(({ name }) => ({ href: linkTo.consumer(name), label: name }))}
          />
          .
        </li>
      ))}
    </ul>
  </details>
)

/** Those that emit and are neither behind a route nor a consumer, nor in a consumer's folder. */
const OtherEmitters = ({ emitters }: Flow) => {
  const others = emitters.filter(
    ({ kind, consumer }) => kind === 'workflow' || (kind === 'function' && consumer === undefined),
  )
  if (others.length === 0) return null
  return (
    <section className={styles.context} aria-labelledby="functions-title">
      <h2 id="functions-title">Others that emit</h2>
      {others.map(({ name, title, does, emits }) => (
        <Entry key={name} id={name} terms={[]}>
          <h3>{title}</h3>
          <p>
            <Text>{does}</Text>
          </p>
          <Facts facts={[['emits', <EventLinks key="emits" events={emits} />]]} />
        </Entry>
      ))}
    </section>
  )
}

const ConsumerEntry = ({ name, declaration, functions }: ConsumerFolder) => {
  const { does, events, emits = [], sideEffect, maxConcurrency } = declaration
  return (
    <Entry id={name} terms={[]}>
      <h3>{name}</h3>
      <p>
        <Text>{does}</Text>
      </p>
      <Facts
        facts={[
          ['takes', <EventLinks key="takes" events={events} />],
          ...(emits.length > 0 ? [['emits', <EventLinks key="emits" events={emits} />] as const] : []),
          ...(maxConcurrency === undefined ? [] : [['at a time', `${maxConcurrency} at most`] as const]),
          ...(sideEffect === undefined ? [] : [['if rerun', sideEffect] as const]),
        ]}
      />
      {functions.map((one) => (
        <div key={one.name} className={styles.function}>
          <h4>{one.name}</h4>
          <p>
            <Text>{one.does}</Text>
          </p>
          <Facts facts={[['emits', <EventLinks key="emits" events={one.emits} />]]} />
        </div>
      ))}
    </Entry>
  )
}
