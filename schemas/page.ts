import * as z from 'zod'

/** The query of a list: how many of it, and from where on. */
export const PageQuery = z.object({
  limit: z
    .string()
    .regex(/^\d+$/, 'Must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1, 'At least 1').max(100, 'At most 100'))
    .default(10),
  cursor: z
    .string()
    .max(1024, 'At most 1024 characters')
    .describe('Where the page before ended, as its answer says.')
    .optional(),
})
export type PageQuery = z.output<typeof PageQuery>

/** Beside the list itself: where its page ended, if there are more. */
export const cursor = z.string().optional()
