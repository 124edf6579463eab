import * as z from 'zod'
import { ProfileSubmitted } from '../../schemas/profiles.ts'

/** One item of the table. */
export const ProfileRecord = ProfileSubmitted.data.extend({ submittedAt: z.iso.datetime() })
export type ProfileRecord = z.infer<typeof ProfileRecord>
