import { type EventContract, schemaNameOf, versionedNameOf } from '../../../schemas/event.ts'
import { busEventOf } from '../bus-event.ts'
import { fieldsOf } from '../fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { linkTo } from '../links.ts'
import type { Contracts } from './index.tsx'
import { EmitterLinks, Entry, Facts, Fields, Json, Links, Reference, Text } from './parts.tsx'

const ABOUT_PATTERNS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html'

export const Events = (contracts: Contracts) => (
  <Reference
    title="events"
    groups={contracts.contexts
      .filter(({ events }) => events.length > 0)
      .map(({ name, events }) => ({
        name,
        entries: events.map((event) => ({ id: versionedNameOf(event), label: versionedNameOf(event) })),
      }))}
  >
    {contracts.contexts.flatMap(({ events }) =>
      events.map((event) => <Event key={versionedNameOf(event)} event={event} contracts={contracts} />),
    )}
  </Reference>
)

const Event = ({ event, contracts }: { readonly event: EventContract; readonly contracts: Contracts }) => {
  const name = versionedNameOf(event)
  const { emitters, consumers, events } = contracts
  const emitting = emitters.filter(({ emits }) => emits.includes(event))
  const consuming = consumers.filter(({ declaration }) => declaration.events.includes(event))
  const versions = events.filter((other) => other.name === event.name && other.context === event.context)
  return (
    <Entry
      id={name}
      terms={[name, event.context, event.summary, ...[...emitting, ...consuming].map((one) => one.name)]}
    >
      <h2>
        <a href={`#${name}`}>{name}</a>
      </h2>
      <p>
        <Text>{event.summary}</Text>
      </p>
      <Facts
        facts={[
          ['emitted by', <EmitterLinks key="emitters" emitters={emitting} />],
          [
            'taken by',
            <Links
              key="consumers"
              links={consuming.map((one) => ({ href: linkTo.consumer(one.name), label: one.name }))}
            />,
          ],
          [
            'version',
            versions.length === 1 ? (
              event.version
            ) : (
              <Links
                key="versions"
                links={versions.map((other) => ({ href: linkTo.event(other), label: String(other.version) }))}
              />
            ),
          ],
          ['in the registry', <code key="registry">{schemaNameOf(event)}</code>],
        ]}
      />
      <h3>Data</h3>
      <Fields fields={fieldsOf(jsonSchemaOf(event.data, 'asyncapi'))} />
      <Json title="On the bus" value={busEventOf(event, contracts)} />
      <Json title="The pattern that matches it" value={contracts.patternOf([event])} />
      <p>
        <a href={ABOUT_PATTERNS}>What else a pattern can match</a>
      </p>
    </Entry>
  )
}
