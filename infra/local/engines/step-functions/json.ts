import * as z from 'zod'

/** What states hand to each other. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const Value: z.ZodType<Json> = z.json()
export const Fields: z.ZodType<JsonObject> = z.record(z.string(), Value)

/** Reads a JSON text; whatever `JSON.parse` answers is one of these. Throws SyntaxError. */
export const parseJson = (text: string): Json => JSON.parse(text)

/** Whether it has members. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As `Array.isArray`, which does not know of readonly arrays. */
export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Same value, whatever the order of members. */
export function sameJson(one: Json, other: Json): boolean {
  if (isArray(one) || isArray(other)) {
    if (!isArray(one) || !isArray(other) || one.length !== other.length) return false
    return one.every((item, index) => sameJson(item, other[index] ?? null))
  }
  if (!isObject(one) || !isObject(other)) return one === other
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name] ?? null, other[name] ?? null))
  )
}
