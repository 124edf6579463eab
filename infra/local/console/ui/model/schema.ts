import * as z from 'zod/mini'

export const Registries = z.array(
  z.object({
    name: z.string(),
    schemas: z.array(z.object({ name: z.string(), description: z.optional(z.string()), versions: z.number() })),
  }),
)
export type Registries = z.infer<typeof Registries>

const Version = z.object({ version: z.number(), type: z.string(), createdAt: z.number(), content: z.unknown() })
export type Version = z.infer<typeof Version>

export const SchemaDetail = z.object({
  name: z.string(),
  description: z.optional(z.string()),
  /** The oldest first. */
  versions: z.array(Version),
  consumers: z.array(z.object({ name: z.string(), isEnabled: z.boolean() })),
  lastEvent: z.optional(z.object({ id: z.string(), time: z.string(), detail: z.unknown() })),
})
export type SchemaDetail = z.infer<typeof SchemaDetail>

/** `ensemble.orders@OrderPlaced`: the context that it comes from and the event's name; without an @ all is the name. */
export function partsOf(schemaName: string): { readonly context: string; readonly event: string } {
  const at = schemaName.indexOf('@')
  return { context: schemaName.slice(0, Math.max(at, 0)), event: schemaName.slice(at + 1) }
}
