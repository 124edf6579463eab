import { expired } from '../../infra/constructs/stream.ts'
import type { Consumer } from '../../infra/consumer-stack.ts'
import { announceExpired } from './consumer.ts'

export default function (consumer: Consumer): void {
  const registrations = consumer.table('registrations', { key: 'registrationId', ttl: 'expiresAt', stream: true })
  consumer.needs({ tables: { registrations: ['PutItem', 'UpdateItem'] } })
  consumer.follow(registrations, announceExpired, { filter: expired({ status: { S: ['PENDING'] } }) })
}
