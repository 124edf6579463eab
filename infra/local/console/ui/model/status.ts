import * as z from 'zod/mini'

export const Status = z.object({
  ready: z.boolean(),
  inFlight: z.number(),
  executions: z.number(),
  siteUrl: z.string(),
  endpoint: z.string(),
  consumers: z.array(z.object({ name: z.string(), events: z.string() })),
})
export type Status = z.infer<typeof Status>
