import { v5 as uuid } from 'uuid'
import { Mistake } from '../../mistake.ts'
import type { Streams } from './dynamodb/streams.ts'
import { type CloudContext, type Engine, type Provisioned, resourceType } from './engine.ts'
import { type Functions, type Mapping, MappingProperties, type Reader } from './event-sources/mapping.ts'
import { queueReader } from './event-sources/sqs-source.ts'
import { streamReader } from './event-sources/stream-source.ts'
import type { Settlement } from './eventbridge/index.ts'
import type { Sqs } from './sqs.ts'

export interface EventSources extends Engine {
  /** Does a function take messages from this queue? Then what becomes of each is reported. */
  readonly reads: (queueArn: string) => boolean
}

interface Dependencies {
  readonly sqs: Sqs
  readonly streams: Streams
  readonly lambda: Functions
  /** Told of every attempt at every message of a queue, before the message is deleted. */
  readonly report: (settlement: Settlement) => void
}

/** Lambda's event source mappings: queues and DynamoDB streams that feed functions. */
export function createEventSources(
  context: CloudContext,
  { sqs, streams, lambda, report }: Dependencies,
): EventSources {
  const mappings: Mapping[] = []
  const readers: Reader[] = []

  const reads = (queueArn: string): boolean => mappings.some(({ EventSourceArn }) => EventSourceArn === queueArn)

  // How often it was tried, and why in vain, was reported after each attempt.
  sqs.onDeadLettered((queueArn, messageId) => {
    if (reads(queueArn)) report({ queueArn, messageId, outcome: 'dead', attempts: 0, ms: 0 })
  })

  function provision({ properties }: { readonly properties: Mapping }): Provisioned {
    const { EventSourceArn: source, FunctionName: name, Enabled } = properties
    if (isQueue(source)) checkQueue(properties)
    else if (!isStream(source)) throw unsupported('EventSourceArn', `for ${source}`)
    if (Enabled) {
      mappings.push(properties)
      readers.push(
        isQueue(source)
          ? queueReader(properties, { context, sqs, lambda, report })
          : streamReader(properties, { context, streams, lambda, sqs }),
      )
    }
    const id = uuid(`${source} ${name}`, uuid.URL)
    const arn = `arn:aws:lambda:${context.region}:${context.account}:event-source-mapping:${id}`
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

  return {
    resources: { 'AWS::Lambda::EventSourceMapping': resourceType({ properties: MappingProperties, provision }) },
    reads,
    start() {
      for (const { start } of readers) start()
    },
    async stop() {
      await Promise.all(readers.map(({ stop }) => stop()))
    },
  }
}

const isQueue = (arn: string): boolean => arn.startsWith('arn:aws:sqs:')
const isStream = (arn: string): boolean => /^arn:aws:dynamodb:.*:table\/.*\/stream\//.test(arn)

const unsupported = (property: string, why: string): Mistake =>
  new Mistake(`AWS::Lambda::EventSourceMapping property ${property} is not supported locally ${why}`)
