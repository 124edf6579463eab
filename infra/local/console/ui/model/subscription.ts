import * as z from 'zod/mini'

export const Subscription = z.object({
  arn: z.string(),
  /** The topic's name. */
  topic: z.string(),
  protocol: z.string(),
  endpoint: z.string(),
  isConfirmed: z.boolean(),
  isRaw: z.boolean(),
  /** JSON text. */
  filterPolicy: z.optional(z.string()),
  filterPolicyScope: z.string(),
  /** The mail that asks to confirm it. */
  confirmationMailId: z.optional(z.string()),
})
export type Subscription = z.infer<typeof Subscription>

/** The last part of an ARN; anything else as it is. */
export const shortEndpoint = (endpoint: string): string =>
  endpoint.startsWith('arn:') ? (endpoint.split(':').at(-1) ?? endpoint) : endpoint
