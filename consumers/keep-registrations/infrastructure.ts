import { expired } from '../../infra/constructs/stream.ts'
import type { Consumer } from '../../infra/consumer-stack.ts'
import { RegistrationConfirmed, RegistrationExpired } from '../../schemas/registrations.ts'

export default function (consumer: Consumer): void {
  const registrations = consumer.table('registrations', { key: 'registrationId', ttl: 'expiresAt', stream: true })
  consumer.needs({ tables: { registrations: ['PutItem', 'UpdateItem'] }, emits: [RegistrationConfirmed] })
  consumer.follow(registrations, 'announce-expired', {
    filter: expired({ status: { S: ['PENDING'] } }),
    needs: { emits: [RegistrationExpired] },
  })
}
