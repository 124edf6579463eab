import { onTestFinished } from 'vitest'
import type { Mishap, Mishaps } from '../../../infra/local/chaos.ts'
import { type Attempts, createAttempts } from '../../../infra/local/engines/attempts.ts'
import { createEventSources } from '../../../infra/local/engines/event-sources.ts'
import type { Settlement } from '../../../infra/local/engines/eventbridge/index.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import type { Invocation } from '../../../infra/local/engines/lambda/index.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

export const JOBS = 'arn:aws:sqs:us-east-1:000000000000:jobs'
export const DEAD = 'arn:aws:sqs:us-east-1:000000000000:jobs-dlq'

export type Invoke = (
  payload: string,
  mishap: Mishap | undefined,
  traceId?: string,
) => Promise<Partial<Invocation>> | Partial<Invocation>

interface Options {
  readonly stateDir?: string
  readonly queue?: object
  readonly mapping?: object
  readonly mishaps?: Mishaps
  readonly attempts?: Attempts
  readonly invoke: Invoke
}

export const done: Partial<Invocation> = {}
export const failure = { functionError: 'Unhandled', payload: '{"errorType":"Error","errorMessage":"boom"}' }

interface Record {
  readonly messageId: string
  readonly body: string
}
export const recordsIn = (payload: string): readonly Record[] => JSON.parse(payload).Records
export const bodiesIn = (payload: string) => recordsIn(payload).map(({ body }) => body)

/** A queue `jobs` that feeds the function `worker`, which is `invoke`; `stop` ends it all. */
export async function start({
  stateDir = temporaryFolder(),
  queue = {},
  mapping = {},
  mishaps,
  attempts = createAttempts(),
  invoke,
}: Options) {
  const context = cloudContext(stateDir)
  const fauxqs = createFauxqs(context)
  const sqs = createSqs(context, fauxqs)
  const settlements: Settlement[] = []
  const sources = createEventSources(context, {
    sqs,
    streams: {
      shards: async () => [],
      iterator: async () => '',
      records: async () => ({ records: [], next: undefined }),
    },
    lambda: {
      invoke: async (_, payload, options) => ({
        payload: 'null',
        log: [],
        ...(await invoke(payload, options?.mishap, options?.traceId)),
      }),
      timeoutSeconds: () => 1,
      runInBackground: () => {},
    },
    report: (settlement) => settlements.push(settlement),
    attempts,
    mishaps,
  })
  const stop = async () => {
    await sources.stop?.()
    await sqs.stop?.()
    await fauxqs.close()
  }
  await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs-dlq' })
  await provision(sqs, 'AWS::SQS::Queue', {
    QueueName: 'jobs',
    VisibilityTimeout: 1,
    RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 2 },
    ...queue,
  })
  await provision(sources, 'AWS::Lambda::EventSourceMapping', {
    EventSourceArn: JOBS,
    FunctionName: 'worker',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...mapping,
  })
  return { sqs, sources, settlements, stop }
}

/** The same, reading the queue until the test is over. */
export async function running(options: Options) {
  const cloud = await start(options)
  onTestFinished(cloud.stop)
  await cloud.sources.start?.()
  return cloud
}
