import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { consume } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { consumer } from './consumer.ts'

const workflows = new SFNClient({})

export const handler = consume(consumer, {
  /** The execution has the order's id for its name: to start it twice is to start it once. */
  OrderPlaced: async ({ metadata, data }) => {
    const input = JSON.stringify({ metadata, data })
    try {
      await workflows.send(
        new StartExecutionCommand({ stateMachineArn: variable('PLACE_ORDER_ARN'), name: data.orderId, input }),
      )
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error
    }
  },
})
