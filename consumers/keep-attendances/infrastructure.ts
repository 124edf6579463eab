import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.table('attendances', {
    key: 'meetupId',
    sortedBy: 'userId',
    ttl: 'expiresAt',
    // Sparse: it has those who do attend.
    indexes: { byUser: { key: 'userId', sortedBy: 'attendsAt', keysOnly: true } },
  })
  consumer.needs({ tables: { attendances: ['GetItem', 'PutItem'], meetups: ['GetItem', 'UpdateItem'] } })
}
