import * as z from 'zod'
import { AwsError } from '../../engines/engine.ts'
import { parsed } from '../../engines/parsed.ts'
import type { StoredMessage } from '../../engines/sqs/desk.ts'
import { type DeadLetterDeps, type DeadLetterQueue, deadLetterQueues } from '../dead-letter-queues.ts'
import { deadLetter, redriveTarget } from '../dead-letters.ts'
import { MOST } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'

/** As many of a queue are listed, the oldest; `until` is when the newest was sent. */
const LISTED = 200

const InQueue = z.object({ queue: z.string() })
/** Which messages: one by its id, or all that were sent by then (epoch milliseconds). */
const Which = z.union([z.object({ messageId: z.string() }), z.object({ until: z.number() })], {
  error: 'must have a messageId, or until in milliseconds since the epoch',
})

/** What could not be done, by queue: to look at, to send again, to throw away. */
export function deadLetterRoutes(deps: DeadLetterDeps): readonly ConsoleRoute[] {
  const { desk } = deps.sqs

  function queueNamed(name: string): DeadLetterQueue {
    const found = deadLetterQueues(deps).find((queue) => queue.name === name)
    if (!found) throw new AwsError('QueueDoesNotExist', `There is no dead-letter queue ${name}`, 404)
    return found
  }

  function messagesOf(queue: DeadLetterQueue, which: z.output<typeof Which>): readonly StoredMessage[] {
    const isWanted = ({ messageId, sentAt }: StoredMessage): boolean =>
      'until' in which ? sentAt <= which.until : messageId === which.messageId
    return desk.messages(queue.arn, MOST).filter(isWanted)
  }

  function redrive(queue: DeadLetterQueue, messages: readonly StoredMessage[]): number {
    const byTarget = Map.groupBy(messages, (message) => redriveTarget(deps, queue, message))
    let moved = 0
    for (const [target, group] of byTarget)
      if (target !== undefined) moved += desk.move(queue.arn, target, idsOf(group))
    return moved
  }

  return [
    {
      method: 'GET',
      path: '/dead-letters',
      answer: () =>
        deadLetterQueues(deps).map((queue) => {
          const messages = desk.messages(queue.arn, MOST)
          return {
            name: queue.name,
            feeds: queue.feeds.map(({ kind, owner }) => ({ kind, owner })),
            count: messages.length,
            until: messages.at(-1)?.sentAt,
            letters: messages.slice(0, LISTED).map((message) => deadLetter(deps, queue, message)),
          }
        }),
    },
    route({
      method: 'GET',
      path: '/dead-letters/{queue}/{messageId}',
      request: z.object({ params: InQueue.extend({ messageId: z.string() }) }),
      answer({ params: { queue, messageId } }) {
        const [message] = messagesOf(queueNamed(queue), { messageId })
        if (!message) throw new AwsError('MessageNotFound', 'This message is not there any more', 404)
        return { body: parsed(message.body), attributes: message.attributes, receiveCount: message.receiveCount }
      },
    }),
    route({
      method: 'POST',
      path: '/dead-letters/{queue}/redrive',
      request: z.object({ params: InQueue, body: Which }),
      answer({ params, body }) {
        const queue = queueNamed(params.queue)
        return { count: redrive(queue, messagesOf(queue, body)) }
      },
    }),
    route({
      method: 'POST',
      path: '/dead-letters/{queue}/drop',
      request: z.object({ params: InQueue, body: Which }),
      answer({ params, body }) {
        const queue = queueNamed(params.queue)
        return { count: desk.drop(queue.arn, idsOf(messagesOf(queue, body))) }
      },
    }),
  ]
}

const idsOf = (messages: readonly StoredMessage[]): ReadonlySet<string> =>
  new Set(messages.map(({ messageId }) => messageId))
