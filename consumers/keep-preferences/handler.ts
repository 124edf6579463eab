import { consume } from '../../infra/runtime/consume.ts'
import { names } from '../../infra/runtime/environment.ts'
import { keepNewest } from '../../infra/runtime/records.ts'
import { consumer } from './consumer.ts'

const preferences = names.table('preferences')

export const handler = consume(consumer, {
  UserConfirmed: ({ data: { userId, confirmedAt } }) =>
    keepNewest(preferences, { userId, channel: 'EMAIL', changedAt: confirmedAt }, 'changedAt'),
  PreferencesChanged: ({ data, metadata }) =>
    keepNewest(preferences, { ...data, changedAt: metadata.occurredAt }, 'changedAt'),
})
