import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { namesOf } from '../../infra/names.ts'
import { Metadata, sourceOf } from '../../schemas/event.ts'
import { OrderConfirmed, OrderFailed } from '../../schemas/orders.ts'
import { clientConfig } from '../support/client-config.ts'
import type { RunningCloud } from '../support/cloud.ts'

const NAME = 'bench-orders'
const PATIENCE_MS = 60_000
const { bus } = namesOf('dev')

const Told = z.object({
  'detail-type': z.string(),
  detail: z.object({
    metadata: Metadata,
    data: z.object({ orderId: z.string(), reason: z.string().optional() }),
  }),
})

/** Listens for how orders end, by a queue of its own on the bus: nobody is asked again and again. */
export async function watchOrders({ endpoint }: RunningCloud) {
  const sqs = new SQSClient(clientConfig(endpoint))
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: NAME }))
  await ruleToQueue(endpoint)
  const confirmedAt = new Map<string, PromiseWithResolvers<number>>()
  const of = (orderId: string): PromiseWithResolvers<number> => {
    const outcome = confirmedAt.get(orderId) ?? Promise.withResolvers<number>()
    confirmedAt.set(orderId, outcome)
    return outcome
  }

  const hear = (body: string): void => {
    const { 'detail-type': name, detail } = Told.parse(JSON.parse(body))
    const { orderId, reason } = detail.data
    if (name === OrderConfirmed.name) of(orderId).resolve(Date.parse(detail.metadata.occurredAt))
    else of(orderId).reject(new Error(`The order ${orderId} failed: ${reason}`))
  }

  const over = new AbortController()
  async function listen(): Promise<void> {
    while (!over.signal.aborted) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 })
      const { Messages = [] } = await sqs.send(receive, { abortSignal: over.signal })
      for (const { Body = '' } of Messages) hear(Body)
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }))
      if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    }
  }
  const listening = listen().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  const deaf = listening.then(() => {
    throw new Error('Nobody listens any more')
  })
  deaf.catch(() => {})

  return {
    /** When it was confirmed, in epoch milliseconds. Rejects if it failed, or if nothing was heard of it for a minute. */
    confirmed: (orderId: string): Promise<number> => {
      const lost = () => of(orderId).reject(new Error(`Nothing was heard of the order ${orderId}`))
      const timer = setTimeout(lost, PATIENCE_MS)
      return Promise.race([of(orderId).promise, deaf]).finally(() => clearTimeout(timer))
    },
    stop: async (): Promise<void> => {
      over.abort()
      await listening
      sqs.destroy()
    },
  }
}

async function ruleToQueue(endpoint: string): Promise<void> {
  const client = new EventBridgeClient(clientConfig(endpoint))
  const EventPattern = JSON.stringify({
    source: [sourceOf(OrderConfirmed)],
    'detail-type': [OrderConfirmed.name, OrderFailed.name],
  })
  await client.send(new PutRuleCommand({ Name: NAME, EventBusName: bus, EventPattern }))
  const Targets = [{ Id: 'queue', Arn: `arn:aws:sqs:us-east-1:000000000000:${NAME}` }]
  await client.send(new PutTargetsCommand({ Rule: NAME, EventBusName: bus, Targets }))
  client.destroy()
}
