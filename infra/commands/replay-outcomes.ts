import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Cloud, table } from './command-line.ts'
import { type ConsumedLine, consumedLines } from './function-log.ts'

type Outcome = ConsumedLine['outcome']

/** What became of a replay's messages at one consumer. */
interface Tally {
  readonly consumer: string
  readonly processed: number
  readonly duplicate: number
  readonly dead: number
  readonly retrying: number
}

export type Outcomes = ReturnType<typeof watchOutcomes>

interface Options {
  readonly replay: string
  /** When it began, epoch milliseconds. */
  readonly since: number
  /** How late a line may come into a log. */
  readonly lateMs: number
}

/**
 * Follows what becomes of a replay's events: each consumer logs a line for each attempt, which names the replay.
 */
export function watchOutcomes(cloud: Cloud, consumers: readonly string[], { replay, since, lateMs }: Options) {
  const { names, client } = cloud
  const logs = new CloudWatchLogsClient(client)
  const sqs = new SQSClient(client)
  const seen = consumers.map((consumer) => ({ consumer, last: since, outcomes: new Map<string, Outcome>() }))

  return {
    /** Reads what was logged since the last time. */
    async look(): Promise<void> {
      await Promise.all(
        seen.map(async (log) => {
          const { consumer, last, outcomes } = log
          const query = { consumer, where: `$.replay = "${replay}"`, since: last - lateMs }
          for (const { messageId, outcome, at } of await consumedLines(logs, names, query)) {
            // Handed out again because nobody heard that it was done, it is still this replay that did it.
            if (outcome !== 'duplicate' || outcomes.get(messageId) !== 'processed') outcomes.set(messageId, outcome)
            log.last = Math.max(log.last, at)
          }
        }),
      )
    },

    /** Messages that wait for these consumers or are being worked on, whatever brought them. */
    async waiting(): Promise<number> {
      const counts = await Promise.all(consumers.map((consumer) => messagesIn(sqs, names.queue(consumer))))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    /** `isOver`: nothing waits any more, so what was to be retried has gone to the dead letters. */
    tallies: (isOver: boolean): readonly Tally[] =>
      seen.map(({ consumer, outcomes }) => {
        const count = (outcome: Outcome) => [...outcomes.values()].filter((each) => each === outcome).length
        const [dead, retrying] = [count('dead'), count('retrying')]
        return {
          consumer,
          processed: count('processed'),
          duplicate: count('duplicate'),
          dead: isOver ? dead + retrying : dead,
          retrying: isOver ? 0 : retrying,
        }
      }),
  }
}

async function messagesIn(sqs: SQSClient, QueueName: string): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0)
}

/** For people: what became of the events, by consumer. */
export function describeTallies(tallies: readonly Tally[]): string {
  const hasRetries = tallies.some(({ retrying }) => retrying > 0)
  const rows = tallies.map(({ consumer, processed, duplicate, dead, retrying }) => [
    consumer,
    processed,
    duplicate,
    dead,
    ...(hasRetries ? [retrying] : []),
  ])
  return table(['consumer', 'processed', 'duplicate', 'dead', ...(hasRetries ? ['retrying'] : [])], rows)
}
