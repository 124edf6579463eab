import { consume } from '../../infra/runtime/consume.ts'
import { names } from '../../infra/runtime/environment.ts'
import { keepNewest } from '../../infra/runtime/records.ts'
import { consumer } from './consumer.ts'
import type { ProfileRecord } from './record.ts'

export const handler = consume(consumer, {
  ProfileSubmitted: ({ data, metadata }) => {
    const profile: ProfileRecord = { ...data, submittedAt: metadata.occurredAt }
    return keepNewest(names.table('profiles'), profile, 'submittedAt')
  },
})
