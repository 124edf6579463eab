import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.table('preferences', { key: 'userId' })
  consumer.needs({ tables: { preferences: ['PutItem'] } })
}
