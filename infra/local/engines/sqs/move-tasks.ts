import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError } from '../engine.ts'
import type { Fauxqs, SqsQueue } from '../fauxqs.ts'
import { type Operation, operation } from '../json-service.ts'
import { copyFor, deadLetterTarget } from './dead-letters.ts'

interface Task {
  readonly handle: string
  readonly source: SqsQueue
  readonly destination: SqsQueue
  readonly destinationArn: string | undefined
  readonly perSecond: number | undefined
  readonly startedAt: number
  readonly toMove: number
  moved: number
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED'
  failure?: string
}

/** At most so many messages in one turn of the event loop. */
const CHUNK = 10
/** So many finished tasks of a queue are remembered, as on AWS. */
const REMEMBERED = 10

/**
 * The operations on dead letters that fauxqs lacks: ListDeadLetterSourceQueues and Start-, List- and
 * CancelMessageMoveTask. A message is at all times in exactly one queue; the list of tasks lives in memory.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function moveTasks({ sqsStore, transaction }: Fauxqs, now: () => number) {
  let tasks: readonly Task[] = []
  const timers = new Set<NodeJS.Timeout>()

  const sourcesOf = (deadLetters: SqsQueue): readonly SqsQueue[] =>
    [...sqsStore.allQueues()].filter((queue) => deadLetterTarget(queue) === deadLetters.arn)

  function queueOf(arn: string, parameter: string): SqsQueue {
    const queue = sqsStore.getQueueByArn(arn)
    if (!queue)
      throw new AwsError(
        'com.amazonaws.sqs#ResourceNotFoundException',
        `The resource that you specified for the ${parameter} parameter doesn't exist.`,
        404,
      )
    return queue
  }

  function destinationOf(source: SqsQueue, sources: readonly SqsQueue[], arn: string | undefined): SqsQueue {
    if (arn !== undefined) return queueOf(arn, 'DestinationArn')
    const [only, ...others] = sources
    if (!only) throw invalid('Source queue must be configured as a Dead Letter Queue.')
    if (others.length > 0)
      throw invalid(`Several queues send their dead letters to ${source.name}; name one of them in DestinationArn.`)
    return only
  }

  function move({ source, destination }: Task, count: number): number {
    return transaction(() => {
      const received = source.dequeue(count)
      for (const { ReceiptHandle } of received) {
        const message = source.inflightMessages.get(ReceiptHandle)?.message
        if (!message) continue
        destination.enqueue(copyFor(destination, message))
        source.deleteMessage(ReceiptHandle)
      }
      return received.length
    })
  }

  function work(task: Task): void {
    if (task.status !== 'RUNNING') return
    try {
      const count = Math.min(task.perSecond === undefined ? CHUNK : 1, task.toMove - task.moved)
      const moved = count > 0 ? move(task, count) : 0
      task.moved += moved
      if (moved === 0 || task.moved >= task.toMove) task.status = 'COMPLETED'
      else later(task)
    } catch (error) {
      task.status = 'FAILED'
      task.failure = error instanceof Error ? error.message : String(error)
    }
  }

  function later(task: Task): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        work(task)
      },
      task.perSecond === undefined ? 0 : 1000 / task.perSecond,
    )
    timers.add(timer)
  }

  const ofSource = (source: SqsQueue): readonly Task[] => tasks.filter((task) => task.source.arn === source.arn)

  function start(input: z.output<typeof StartInput>): object {
    const source = queueOf(input.SourceArn, 'SourceArn')
    const sources = sourcesOf(source)
    if (sources.length === 0) throw invalid('Source queue must be configured as a Dead Letter Queue.')
    if (ofSource(source).some(({ status }) => status === 'RUNNING'))
      throw new AwsError(
        'com.amazonaws.sqs#UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      )
    const task: Task = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
      source,
      destination: destinationOf(source, sources, input.DestinationArn),
      destinationArn: input.DestinationArn,
      perSecond: input.MaxNumberOfMessagesPerSecond,
      startedAt: now(),
      toMove: Number(source.getAttribute('ApproximateNumberOfMessages')),
      moved: 0,
      status: 'RUNNING',
    }
    const before = ofSource(source).slice(0, REMEMBERED - 1)
    tasks = [task, ...before, ...tasks.filter((other) => other.source.arn !== source.arn)]
    later(task)
    return { TaskHandle: task.handle }
  }

  function cancel(handle: string): object {
    const task = tasks.find((each) => each.handle === handle)
    if (task?.status !== 'RUNNING')
      throw new AwsError('com.amazonaws.sqs#ResourceNotFoundException', 'Task does not exist or is not running.', 404)
    task.status = 'CANCELLED'
    return { ApproximateNumberOfMessagesMoved: task.moved }
  }

  function listSources(input: z.output<typeof SourcesInput>): object {
    const queue = sqsStore.getQueue(input.QueueUrl)
    if (!queue) throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.')
    const names = sourcesOf(queue)
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .filter(({ url }) => url > (input.NextToken ?? ''))
    const page = names.slice(0, input.MaxResults)
    const last = page.at(-1)
    return {
      queueUrls: page.map(({ url }) => url),
      ...(last && page.length < names.length ? { NextToken: last.url } : {}),
    }
  }

  const operations: Readonly<Record<string, Operation>> = {
    StartMessageMoveTask: operation(StartInput, start),
    CancelMessageMoveTask: operation(z.object({ TaskHandle: z.string() }), ({ TaskHandle }) => cancel(TaskHandle)),
    ListMessageMoveTasks: operation(ListInput, ({ SourceArn, MaxResults }) => ({
      Results: ofSource(queueOf(SourceArn, 'SourceArn')).slice(0, MaxResults).map(describe),
    })),
    ListDeadLetterSourceQueues: operation(SourcesInput, listSources),
  }

  /** What is moving stays where it is. */
  function stop(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
  }

  return { operations, stop }
}

const StartInput = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
})
const ListInput = z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) })
const SourcesInput = z.object({
  QueueUrl: z.string(),
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(1000).default(1000),
})

const describe = (task: Task): object => ({
  ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
  Status: task.status,
  SourceArn: task.source.arn,
  ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
  ...(task.perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.perSecond }),
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  ...(task.failure === undefined ? {} : { FailureReason: task.failure }),
  StartedTimestamp: task.startedAt,
})

const invalid = (message: string): AwsError => new AwsError('com.amazonaws.sqs#InvalidParameterValue', message)
