import * as z from 'zod'
import { detailOf, type EventContract, schemaNameOf, sourceOf, versionedNameOf } from '../../schemas/event.ts'
import type { ConsumerFolder, Emitter } from '../contracts.ts'
import { namesOf } from '../names.ts'
import { about } from './about.ts'
import { busEventOf } from './bus-event.ts'
import { jsonSchemaOf } from './json-schema.ts'

/** Who puts what on the bus, and who takes it from there. */
export interface Flow {
  readonly events: readonly EventContract[]
  readonly emitters: readonly Emitter[]
  readonly consumers: readonly ConsumerFolder[]
}

/**
 * The AsyncAPI 3.0 document: one channel, the bus, with a message for every event (its payload is EventBridge's `detail`,
 * its headers the rest of the envelope), an operation `send` for whoever emits and `receive` for every consumer.
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncapi(flow: Flow) {
  const { events, emitters, consumers } = flow
  const sends = emitters.map(({ name, does, emits }) => [`${name}.sends`, operation('send', does, emits)])
  const receives = consumers.map(({ name, declaration: { does, events: taken } }) => [
    `${name}.receives`,
    operation('receive', does, taken),
  ])
  return {
    asyncapi: '3.0.0',
    info: {
      ...about,
      license: { name: about.license.name },
      title: 'Ensemble',
      description: 'Every step is an event.',
    },
    defaultContentType: 'application/json',
    servers: {
      aws: {
        host: 'events.{region}.amazonaws.com',
        protocol: 'https',
        description: 'Amazon EventBridge.',
        variables: { region: { default: 'us-east-1', description: 'Where the app is deployed.' } },
      },
      local: { host: '127.0.0.1:4566', protocol: 'http', description: 'The local cloud, as `npm start` runs it.' },
    },
    channels: {
      bus: {
        address: namesOf('{stage}').bus,
        title: 'The event bus',
        parameters: { stage: { default: 'dev', description: 'The setting `stage`.' } },
        messages: Object.fromEntries(
          events.map((event) => [versionedNameOf(event), { $ref: `#/components/messages/${versionedNameOf(event)}` }]),
        ),
      },
    },
    operations: Object.fromEntries([...sends, ...receives]),
    components: { messages: Object.fromEntries(events.map((event) => [versionedNameOf(event), message(event, flow)])) },
  }
}

const operation = (action: 'send' | 'receive', summary: string, events: readonly EventContract[]): object => ({
  action,
  summary,
  channel: { $ref: '#/channels/bus' },
  messages: events.map((event) => ({ $ref: `#/channels/bus/messages/${versionedNameOf(event)}` })),
})

function message(event: EventContract, flow: Flow): object {
  const { detail, ...envelope } = busEventOf(event, flow)
  return {
    name: versionedNameOf(event),
    title: event.name,
    summary: event.summary,
    description: `In the schema registry: \`${schemaNameOf(event)}\`.`,
    tags: [{ name: event.context }],
    correlationId: { location: '$message.payload#/metadata/correlationId' },
    headers: jsonSchemaOf(headersOf(event), 'asyncapi'),
    payload: jsonSchemaOf(detailOf(event), 'asyncapi'),
    examples: [{ name: event.name, headers: envelope, payload: detail }],
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const headersOf = (event: EventContract) =>
  z.looseObject({
    id: z.string(),
    source: z.literal(sourceOf(event)),
    'detail-type': z.literal(event.name),
    time: z.iso.datetime(),
  })
