import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.table('users', { key: 'userId' })
  consumer.needs({ tables: { users: ['PutItem'] } })
}
