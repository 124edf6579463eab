import * as z from 'zod'

/** What every event carries beside its data. `eventId` is the idempotency key everywhere. */
export const Metadata = z.strictObject({
  eventId: z.uuid(),
  /** The request that began the chain of events. */
  correlationId: z.string().min(1).max(128),
  /** The event that this one follows from. */
  causationId: z.uuid().optional(),
  version: z.int().min(1),
  occurredAt: z.iso.datetime(),
})
export type Metadata = z.infer<typeof Metadata>

/** One event, declared once; its type, source, pattern, registry schema and docs are all derived from this. */
export interface EventContract<
  Name extends string = string,
  Data extends z.ZodObject = z.ZodObject,
  Version extends number = number,
> {
  readonly name: Name
  readonly context: string
  /**
   * 1 at first. A change that would break whoever knows the published schema is a further contract of the same name with
   * the next version, declared beside the old one: both live side by side, and each consumer says which it takes.
   */
  readonly version: Version
  readonly summary: string
  readonly data: Data
  readonly example: z.infer<Data>
}

/** An event as consumers see it. */
export interface Event<Contract extends EventContract = EventContract> {
  readonly name: Contract['name']
  readonly metadata: Metadata
  readonly data: z.infer<Contract['data']>
}

/** Keeps the exact types of what is declared. */
export function defineEvent<const Name extends string, Data extends z.ZodObject, const Version extends number>(
  contract: EventContract<Name, Data, Version>,
): EventContract<Name, Data, Version> {
  return contract
}

/** EventBridge's `source`, e.g. `ensemble.registrations`. */
export const sourceOf = (event: EventContract): string => `ensemble.${event.context}`

/** Tells the versions of an event apart: the first has the event's own name, the second is called `<name>.v2`. */
export type VersionedName<Contract extends EventContract> = Contract extends unknown
  ? 1 extends Contract['version']
    ? Contract['name']
    : `${Contract['name']}.v${Contract['version']}`
  : never

/** The same of a contract as it is at run time. */
export const versionedNameOf = ({ name, version }: Pick<EventContract, 'name' | 'version'>): string =>
  version === 1 ? name : `${name}.v${version}`

/** The name in the schema registry, e.g. `ensemble.registrations@RegistrationRequested`. */
export const schemaNameOf = (event: EventContract): string => `${sourceOf(event)}@${versionedNameOf(event)}`

/** The `detail` of the EventBridge envelope. */
export const detailOf = (event: EventContract) =>
  z.strictObject({
    metadata: Metadata.extend({ version: z.literal(event.version) }),
    data: event.data,
  })

/**
 * The same as it is read. Whoever emits may be deployed before whoever consumes: properties that an event has been given
 * since, which break nobody, are left aside.
 */
export const knownDetailOf = (event: EventContract) =>
  z.object({
    metadata: Metadata.extend({ version: z.literal(event.version) }).strip(),
    data: event.data.strip(),
  })

/** The whole envelope as JSON Schema draft 4, the dialect that the EventBridge schema registry takes. */
export function registrySchemaOf(event: EventContract): object {
  const envelope = z.looseObject({
    id: z.string(),
    source: z.literal(sourceOf(event)),
    'detail-type': z.literal(event.name),
    time: z.string(),
    detail: detailOf(event),
  })
  const schema = z.toJSONSchema(envelope, { target: 'draft-4' })
  return { title: schemaNameOf(event), description: event.summary, ...schema }
}
