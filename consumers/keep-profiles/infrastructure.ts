import { inserted } from '../../infra/constructs/stream.ts'
import type { Consumer } from '../../infra/consumer-stack.ts'
import { welcomeProfile } from './consumer.ts'

export default function (consumer: Consumer): void {
  const profiles = consumer.table('profiles', { key: 'userId', stream: true })
  consumer.needs({ tables: { profiles: ['PutItem'] } })
  consumer.follow(profiles, welcomeProfile, { filter: inserted })
}
