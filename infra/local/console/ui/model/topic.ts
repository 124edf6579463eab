import * as z from 'zod/mini'
import { Subscription } from './subscription.ts'

const topic = {
  arn: z.string(),
  name: z.string(),
  displayName: z.string(),
  confirmed: z.number(),
  pending: z.number(),
}
export const Topics = z.array(z.object(topic))

export const Topic = z.object({
  ...topic,
  /** How many of its subscriptions are like what is looked for; not all of them need be listed. */
  found: z.number(),
  subscriptions: z.array(Subscription),
})
export type Topic = z.infer<typeof Topic>

export const Published = z.object({
  messageId: z.string(),
  taken: z.number(),
  takers: z.array(z.object({ arn: z.string(), protocol: z.string(), endpoint: z.string() })),
  /** Confirmed, but their filter let it not pass. */
  filtered: z.number(),
  pending: z.number(),
})
export type Published = z.infer<typeof Published>

/** A message's attribute as it is typed. */
export interface Attribute {
  /** Tells its line from the others. */
  readonly id: number
  readonly name: string
  readonly type: string
  readonly value: string
}

/** Those that a name or a value has been typed for. */
export const filledIn = (attributes: readonly Attribute[]): readonly Omit<Attribute, 'id'>[] =>
  attributes
    .map(({ name, type, value }) => ({ name: name.trim(), type, value }))
    .filter(({ name, value }) => name !== '' || value !== '')
