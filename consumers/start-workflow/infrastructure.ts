import type { Consumer } from '../../infra/consumer-stack.ts'

export default function ({ needs }: Consumer): void {
  needs({ workflows: { 'place-order': ['StartExecution'] } })
}
