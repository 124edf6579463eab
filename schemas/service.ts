import * as z from 'zod'
import { defineRoute } from './route.ts'

/** RFC 9457, with one entry in `errors` for every wrong field. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

export const health = defineRoute({
  name: 'health',
  method: 'GET',
  path: '/api/health',
  summary: 'Is the service there?',
  responses: {
    200: {
      summary: 'Yes.',
      body: z.object({ ok: z.literal(true), service: z.literal('ensemble') }),
      example: { ok: true, service: 'ensemble' },
    },
  },
})

export const notFound = defineRoute({
  name: 'not-found',
  method: 'ANY',
  path: '$default',
  summary: 'Whatever no other route takes.',
  responses: { 404: { summary: 'No such route.', body: Problem } },
})
