import * as z from 'zod'

export type JsonSchema = z.core.JSONSchema.JSONSchema

/** The dialect of each document: https://spec.openapis.org/oas/v3.1.1.html#schema-object, https://www.asyncapi.com/docs/reference/specification/v3.0.0#schemaObject */
const DIALECTS = { openapi: 'draft-2020-12', asyncapi: 'draft-07' } as const

/**
 * A schema as it stands in a document, which says itself in which dialect. `io`: what is let in, or what comes out; they
 * differ where a schema changes what it reads.
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  document: keyof typeof DIALECTS,
  io: 'input' | 'output' = 'output',
): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: DIALECTS[document], io })
  return rest
}
