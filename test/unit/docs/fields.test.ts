import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { curlOf } from '../../../infra/docs/curl.ts'
import { type Field, fieldsOf } from '../../../infra/docs/fields.ts'
import { jsonSchemaOf } from '../../../infra/docs/json-schema.ts'
import { Line } from '../../../schemas/fields.ts'
import { health } from '../../../schemas/service.ts'
import { cancelOrder, listOrders, placeOrder } from './shop.ts'

const fields = (schema: z.ZodObject): readonly Field[] => fieldsOf(jsonSchemaOf(schema, 'openapi', 'input'))

describe('a field is told as people say it', () => {
  test.each([
    [z.uuid(), 'UUID', []],
    [z.iso.datetime(), 'date and time, ISO 8601 in UTC', []],
    [z.enum(['A', 'B']), '"A" or "B"', []],
    [z.literal(true), 'true', []],
    [z.int(), 'whole number', []],
    [z.int().min(1).max(99), 'whole number', ['1 to 99']],
    [z.number().positive(), 'number', ['more than 0']],
    [z.number().max(5), 'number', ['at most 5']],
    [z.string().min(1), 'text', ['at least 1 characters']],
    [Line(100), 'text', ['Text of one line, without control characters.', '1 to 100 characters']],
    [z.array(z.string().max(9)).max(3), 'list of texts', ['at most 3 entries', 'each: at most 9 characters']],
    [z.array(z.iso.date()), 'list, each date, ISO 8601', []],
    [z.union([z.string(), z.null()]), 'text or null', []],
    [z.unknown(), 'any JSON', []],
  ])('%#: %o', (schema, type, notes) => {
    expect(fields(z.object({ field: schema }))).toMatchObject([{ path: 'field', type, notes }])
  })

  test('and with those in it, and whether it may be missing', () => {
    expect(fields(z.object({ note: z.string().optional(), items: z.array(z.object({ sku: z.string() })) }))).toEqual([
      { path: 'note', isRequired: false, type: 'text', notes: [] },
      { path: 'items', isRequired: true, type: 'list of objects', notes: [] },
      { path: 'items[].sku', isRequired: true, type: 'text', notes: [] },
    ])
  })
})

describe('a command calls its route', () => {
  test.each([
    [health, 'curl -i http://localhost:3000/api/health'],
    [
      placeOrder,
      `curl -i http://localhost:3000/api/orders \\
  -H "authorization: Bearer $TOKEN" \\
  -H 'content-type: application/json' \\
  -d '{"items":[{"sku":"it'\\''s-1","qty":2}]}'`,
    ],
    [listOrders, 'curl -i http://localhost:3000/api/orders \\\n  -H "authorization: Bearer $TOKEN"'],
    [cancelOrder, 'curl -i http://localhost:3000/api/orders/0d1f6f0e-6c5b-5d61-9a6e-0a3f4a8e2b17 \\\n  -X DELETE'],
  ])('$name', (route, command) => {
    expect(curlOf(route)).toBe(command)
  })
})
