import type { Consumer } from '../../infra/consumer-stack.ts'
import { checkBanner } from './consumer.ts'

export default function (consumer: Consumer): void {
  const { account, region } = consumer.stack
  consumer.table('meetups', {
    key: 'meetupId',
    indexes: {
      // Sparse: it has what is public and not cancelled. One partition takes a thousand such meetups a second.
      upcoming: { key: 'listed', sortedBy: 'startsAt', keysOnly: true },
      byCreator: { key: 'creatorId', sortedBy: 'startsAt', keysOnly: true },
    },
  })
  consumer.needs({ tables: { meetups: ['PutItem', 'UpdateItem'] } })
  consumer.watch(checkBanner, {
    eventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [consumer.names.banners(account, region)] } },
    },
    // Who may list is told of an object that it is not there; anybody else, that it is not to be had.
    needs: { banners: ['GetObject', 'DeleteObject', 'ListBucket'] },
  })
}
