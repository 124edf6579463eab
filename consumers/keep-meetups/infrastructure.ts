import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.table('meetups', {
    key: 'meetupId',
    indexes: {
      // Sparse: it has what is public and not cancelled. One partition takes a thousand such meetups a second.
      upcoming: { key: 'listed', sortedBy: 'startsAt', keysOnly: true },
      byCreator: { key: 'creatorId', sortedBy: 'startsAt', keysOnly: true },
    },
  })
  consumer.needs({ tables: { meetups: ['PutItem', 'UpdateItem'] } })
}
