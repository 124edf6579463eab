import type { Consumer } from '../../infra/consumer-stack.ts'

export default function (consumer: Consumer): void {
  consumer.needs({ tables: { attendances: ['Query'] } })
}
