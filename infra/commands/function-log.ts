import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import * as z from 'zod'
import type { Names } from '../names.ts'

const Consumed = z.object({
  messageId: z.string(),
  outcome: z.enum(['processed', 'duplicate', 'dead', 'retrying']),
  error: z.object({ name: z.string(), message: z.string() }).optional(),
})

/** What a consumer's log says of one attempt at one message. */
export interface ConsumedLine extends z.output<typeof Consumed> {
  /** Epoch milliseconds. */
  readonly at: number
}

/**
 * The attempts in a consumer's log since a time (epoch milliseconds), oldest first, of which this condition is true,
 * e.g. `$.outcome = "dead"`. None if it has no log yet. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function consumedLines(
  client: CloudWatchLogsClient,
  names: Names,
  { consumer, where, since }: { consumer: string; where: string; since: number },
): Promise<readonly ConsumedLine[]> {
  const lines: ConsumedLine[] = []
  const query = {
    logGroupName: `/aws/lambda/${names.function(consumer)}`,
    filterPattern: `{ $.message = "consumed" && ${where} }`,
    startTime: since,
  }
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
      for (const { message = '', timestamp = 0 } of events) lines.push({ ...parse(message), at: timestamp })
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
  }
  return lines
}

/** The filter lets only JSON pass. */
const parse = (message: string): z.output<typeof Consumed> => Consumed.parse(JSON.parse(message))
