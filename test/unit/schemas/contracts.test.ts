import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { detailOf, type EventContract, registrySchemaOf, schemaNameOf, sourceOf } from '../../../schemas/event.ts'
import * as registrations from '../../../schemas/registrations.ts'
import * as service from '../../../schemas/service.ts'

const isEvent = (value: object): value is EventContract => 'context' in value && 'example' in value
const events = Object.values(registrations).filter((value): value is typeof value & EventContract => isEvent(value))
const routes = [...Object.values(registrations), ...Object.values(service)].filter((value) => 'method' in value)

const metadata = {
  eventId: '0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17',
  correlationId: 'c',
  version: 1,
  occurredAt: '2027-01-15T08:00:00.000Z',
}

describe.each(events.map((event) => [event.name, event] as const))('%s', (name, event: EventContract) => {
  test('has an example that fits', () => {
    expect(detailOf(event).parse({ metadata, data: event.example })).toEqual({ metadata, data: event.example })
  })

  test('takes nothing beside what it declares', () => {
    const detail = detailOf(event)
    expect(detail.safeParse({ metadata, data: { ...event.example, more: 1 } }).success).toBe(false)
    expect(detail.safeParse({ metadata: { ...metadata, more: 1 }, data: event.example }).success).toBe(false)
    expect(detail.safeParse({ metadata: { ...metadata, version: 2 }, data: event.example }).success).toBe(false)
    for (const field of Object.keys(event.example)) {
      const { [field]: _, ...rest } = event.example
      expect(detail.safeParse({ metadata, data: rest }).success, `without ${field}`).toBe(false)
    }
  })

  test('is described in JSON Schema draft 4', () => {
    const schema = z
      .looseObject({ title: z.string(), properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) })
      .parse(JSON.parse(JSON.stringify(registrySchemaOf(event))))
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: `ensemble.registrations@${name}`,
      description: event.summary,
      type: 'object',
      required: ['id', 'source', 'detail-type', 'time', 'detail'],
      properties: {
        source: { type: 'string', enum: ['ensemble.registrations'] },
        'detail-type': { type: 'string', enum: [name] },
        detail: {
          type: 'object',
          additionalProperties: false,
          required: ['metadata', 'data'],
          properties: {
            metadata: { required: ['eventId', 'correlationId', 'version', 'occurredAt'] },
            data: { type: 'object', additionalProperties: false, required: Object.keys(event.example) },
          },
        },
      },
    })
    expect(keywords(schema)).not.toEqual(expect.arrayContaining([expect.stringMatching(AFTER_DRAFT_4)]))
    expect(exclusiveBounds(schema)).toEqual([])
  })
})

test('an event is named after its context', () => {
  expect(sourceOf(registrations.EmailVerified)).toBe('ensemble.registrations')
  expect(schemaNameOf(registrations.EmailVerified)).toBe('ensemble.registrations@EmailVerified')
})

test('every event and every route is found once', () => {
  expect(events.map(({ name }) => name).sort()).toEqual([
    'EmailVerified',
    'RegistrationConfirmed',
    'RegistrationExpired',
    'RegistrationRequested',
  ])
  const keys = routes.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys).toEqual(expect.arrayContaining(['POST /api/register', 'GET /api/confirm', 'ANY $default']))
})

const AFTER_DRAFT_4 = /^(const|if|then|else|contains|propertyNames|examples|\$id|\$defs|prefixItems|unevaluated.*)$/

/** Every keyword in a schema: the keys of all objects but those that are names of properties. */
function keywords(schema: unknown, areNames = false): string[] {
  if (Array.isArray(schema)) return schema.flatMap((item) => keywords(item))
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(areNames ? [] : [key]),
    ...keywords(value, !areNames && key === 'properties'),
  ])
}

/** In draft 4 `exclusiveMinimum` is a flag beside `minimum`; later it became a number of its own. */
function exclusiveBounds(schema: unknown): unknown[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    /^exclusive(Min|Max)imum$/.test(key) && typeof value !== 'boolean' ? [value] : exclusiveBounds(value),
  )
}
