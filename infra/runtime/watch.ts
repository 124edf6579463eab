import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import * as z from 'zod'
import { logger } from './logger.ts'

const Envelope = z.object({ detail: z.unknown() })

/**
 * Turns a function per event of an AWS service into the Lambda handler of an SQS queue fed by EventBridge. An event may
 * come twice; one that fails is tried again. https://docs.aws.amazon.com/eventbridge/latest/ref/events.html
 */
export function watch<Detail extends z.ZodType>(Detail: Detail, run: (detail: z.output<Detail>) => Promise<void>) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const outcomes = await Promise.all(
      Records.map(async ({ messageId, body }) => {
        try {
          await run(Detail.parse(Envelope.parse(JSON.parse(body)).detail))
          logger.info('consumed', { outcome: 'processed', messageId })
          return []
        } catch (thrown) {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown))
          // As a consumer logs it: what explains dead letters reads this.
          const { name, message } = error
          logger.error('consumed', { outcome: 'retrying', messageId, error: { name, message } })
          return [{ itemIdentifier: messageId }]
        }
      }),
    )
    return { batchItemFailures: outcomes.flat() }
  }
}
