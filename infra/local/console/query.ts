import * as z from 'zod'

/** More than anybody reads; keeps one answer from holding up the cloud, which shares its thread. */
export const MOST = 10_000

/** A number as it stands in an address. */
export const Whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)

/** How many to answer, as it stands in a query. */
export const Limit = Whole.pipe(
  z.number().min(1, 'must be at least 1').max(MOST, `must be at most ${MOST}`),
).exactOptional()

/** Any short text in a query. */
export const Word = z.string().max(256, 'must be at most 256 characters').exactOptional()
