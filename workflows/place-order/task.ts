import * as z from 'zod'
import { logger } from '../../infra/runtime/logger.ts'
import { Metadata } from '../../schemas/event.ts'
import { OrderPlaced } from '../../schemas/orders.ts'

/**
 * What an execution carries: the detail of `OrderPlaced`, as whoever started it knows that, and what went wrong, as a
 * catcher notes it.
 */
const Input = z.object({
  metadata: Metadata.strip(),
  data: OrderPlaced.data.strip(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }).optional(),
})

interface Given {
  readonly order: z.output<typeof OrderPlaced.data>
  /** Of the event that the workflow was started with. */
  readonly metadata: Metadata
  readonly error: z.output<typeof Input>['error']
}

/**
 * Turns a function into the Lambda handler of a task. Tasks are retried, and run again after a crash: each must do no more
 * the second time. An error goes to Step Functions by its name.
 */
export const task =
  <Result>(run: (given: Given) => Promise<Result>) =>
  async (input: unknown): Promise<Result> => {
    const { data: order, metadata, error } = Input.parse(input)
    logger.setCorrelationId(metadata.correlationId)
    logger.appendKeys({ orderId: order.orderId })
    try {
      const result = await run({ order, metadata, error })
      logger.info('done')
      return result
    } catch (thrown) {
      logger.warn('not done', { error: thrown instanceof Error ? thrown : String(thrown) })
      throw thrown
    }
  }
