import * as z from 'zod/mini'

/** How the console's API says no: `detail` is a sentence for people. https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = z.object({ detail: z.string() })
