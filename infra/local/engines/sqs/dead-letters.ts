import * as z from 'zod'
import { type SqsQueue, SqsStore } from '../fauxqs.ts'

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string() })

/** The ARN of the queue to which goes what is received too often. */
export function deadLetterTarget({ attributes }: SqsQueue): string | undefined {
  try {
    return RedrivePolicy.safeParse(JSON.parse(attributes.RedrivePolicy ?? 'null')).data?.deadLetterTargetArn
  } catch {
    return undefined
  }
}

/** To SQS, what is moved is a new message: new id, new time, received by nobody yet. */
export function copyFor(to: SqsQueue, message: SqsQueue['messages'][number]): SqsQueue['messages'][number] {
  const { body, messageAttributes, messageGroupId, messageDeduplicationId } = message
  const copy = SqsStore.createMessage(body, messageAttributes, undefined, messageGroupId, messageDeduplicationId)
  if (to.isFifo()) copy.sequenceNumber = to.nextSequenceNumber()
  return copy
}
