import { v5 as uuid } from 'uuid'
import { Mistake } from '../../mistake.ts'
import type { Mishaps } from '../chaos.ts'
import type { Attempts } from './attempts.ts'
import type { Streams } from './dynamodb/streams.ts'
import { type CloudContext, type Engine, type Provisioned, resourceType } from './engine.ts'
import { type EventSource, eventSourceApi, notFound } from './event-sources/api.ts'
import { openEnabled } from './event-sources/enabled.ts'
import { type Functions, isQueue, type Mapping, MappingProperties } from './event-sources/mapping.ts'
import { queueReader } from './event-sources/sqs-source.ts'
import { streamReader } from './event-sources/stream-source.ts'
import { type Switch, switchOf } from './event-sources/switch.ts'
import type { Settlement } from './eventbridge/index.ts'
import { functionNameIn } from './lambda/function-name.ts'
import type { Sqs } from './sqs.ts'

export interface EventSources extends Engine {
  /** Is this queue for a function to read, now or once it is resumed? Then what becomes of each message is reported. */
  readonly reads: (queueArn: string) => boolean
  readonly all: () => readonly EventSource[]
  /** Pauses or resumes; on disk when it returns. Throws ResourceNotFoundException. */
  readonly setEnabled: (id: string, enabled: boolean) => EventSource
  /** The part of Lambda's API that is about them. */
  readonly api: ReturnType<typeof eventSourceApi>
}

interface Dependencies {
  readonly sqs: Sqs
  readonly streams: Streams
  readonly lambda: Functions
  /** Told of every attempt at every message of a queue, before the message is deleted. */
  readonly report: (settlement: Settlement) => void
  /** Told of every attempt at messages of a queue as it begins and when it is settled. */
  readonly attempts: Attempts
  /** What befalls a function's attempts; nothing if not given. */
  readonly mishaps?: Mishaps | undefined
}

/** Lambda's event source mappings: queues and DynamoDB streams that feed functions. */
export function createEventSources(
  context: CloudContext,
  { sqs, streams, lambda, report, attempts, mishaps }: Dependencies,
): EventSources {
  const enabled = openEnabled(context.database)
  const sources = new Map<string, Source>()

  const reads = (queueArn: string): boolean =>
    sources.values().some(({ properties }) => properties.EventSourceArn === queueArn)

  // How often it was tried, and why in vain, was reported after each attempt.
  sqs.onDeadLettered((queueArn, messageId) => {
    if (reads(queueArn)) report({ queueArn, messageId, outcome: 'dead', attempts: 0, ms: 0 })
  })

  function provision({ properties }: { readonly properties: Mapping }): Provisioned {
    const { EventSourceArn: source, FunctionName: name, Enabled } = properties
    if (isQueue(source)) checkQueue(properties)
    else if (!isStream(source)) throw unsupported('EventSourceArn', `for ${source}`)
    const id = uuid(`${source} ${name}`, uuid.URL)
    const prefix = `arn:aws:lambda:${context.region}:${context.account}`
    const arn = `${prefix}:event-source-mapping:${id}`
    sources.set(id, {
      id,
      arn,
      functionArn: `${prefix}:function:${functionNameIn(name)}`,
      properties,
      changedAt: context.now(),
      enabledAtStart: enabled.provision(id, Enabled),
      reader: switchOf(() =>
        isQueue(source)
          ? queueReader(properties, { context, sqs, lambda, report, attempts, mishaps })
          : streamReader(properties, { context, streams, lambda, sqs, mishaps }),
      ),
    })
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn } }
  }

  function checkQueue({ EventSourceArn: source, FunctionName: name, FilterCriteria }: Mapping): void {
    if (FilterCriteria) throw unsupported('FilterCriteria', 'for a queue')
    const hidden = sqs.visibilityTimeout(source)
    const timeout = lambda.timeoutSeconds(name)
    if (timeout > hidden)
      throw new Mistake(
        `The visibility timeout of ${source} (${hidden} s) is shorter than the timeout of ${name} (${timeout} s)`,
      )
  }

  const all = (): readonly EventSource[] => [...sources.values()].map(seen)

  function setEnabled(id: string, isEnabled: boolean): EventSource {
    const source = sources.get(id)
    if (!source) throw notFound()
    enabled.set(id, isEnabled)
    source.reader.set(isEnabled)
    const changed = { ...source, changedAt: context.now() }
    sources.set(id, changed)
    return seen(changed)
  }

  return {
    resources: { 'AWS::Lambda::EventSourceMapping': resourceType({ properties: MappingProperties, provision }) },
    reads,
    all,
    setEnabled,
    api: eventSourceApi({ all, setEnabled }),
    start() {
      for (const { reader, enabledAtStart } of sources.values()) if (enabledAtStart) reader.set(true)
    },
    async stop() {
      await Promise.all(sources.values().map(({ reader }) => reader.stop()))
    },
  }
}

interface Source extends Omit<EventSource, 'state'> {
  readonly enabledAtStart: boolean
  readonly reader: Switch
}

const seen = ({ reader, enabledAtStart: _, ...source }: Source): EventSource => ({ ...source, state: reader.state() })

const isStream = (arn: string): boolean => /^arn:aws:dynamodb:.*:table\/.*\/stream\//.test(arn)

const unsupported = (property: string, why: string): Mistake =>
  new Mistake(`AWS::Lambda::EventSourceMapping property ${property} is not supported locally ${why}`)
