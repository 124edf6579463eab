import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { onTestFinished } from 'vitest'
import { consumerRoutes } from '../../../infra/local/console/routes/consumers.ts'
import { deadLetterRoutes } from '../../../infra/local/console/routes/dead-letters.ts'
import { functionRoutes } from '../../../infra/local/console/routes/functions.ts'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import { createEventSources } from '../../../infra/local/engines/event-sources.ts'
import { createEventBridge } from '../../../infra/local/engines/eventbridge/index.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createLogs } from '../../../infra/local/engines/logs.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { startConsole } from '../../support/console.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision } from './cloud-context.ts'
import { startFunctions } from './functions.ts'

const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`

/**
 * A cloud with the function `job`, whose code this is, fed by the queue `jobs`, which the rule `work` fills; a message is
 * tried twice, and then goes to `jobs-dlq`. `curious` is a queue that a rule fills and nobody reads. Ends with the test.
 */
export async function startJobs(code: string) {
  const context = cloudContext()
  const fauxqs = createFauxqs(context)
  const sqs = createSqs(context, fauxqs)
  const logs = createLogs(context)
  const functions = startFunctions(logs.append)
  const { lambda, faults } = functions
  const eventBridge = createEventBridge(context, async (arn, payload, _, attributes) => ({
    ...sqs.send(arn, payload, attributes),
    tracked: eventSources.reads(arn),
  }))
  const streams = {
    shards: async () => [],
    iterator: async () => '',
    records: async () => ({ records: [], next: undefined }),
  }
  const eventSources = createEventSources(context, {
    sqs,
    streams,
    lambda,
    report: eventBridge.report,
    attempts: createAttempts(),
  })

  await functions.add('job', code, {
    Timeout: 1,
    Environment: { Variables: { GREETING: 'hello', API_TOKEN: 's3cret' } },
  })
  for (const name of ['jobs-dlq', 'jobs-undelivered', 'curious'])
    await provision(sqs, 'AWS::SQS::Queue', { QueueName: name })
  const RedrivePolicy = { deadLetterTargetArn: arnOf('jobs-dlq'), maxReceiveCount: 2 }
  await provision(sqs, 'AWS::SQS::Queue', { QueueName: 'jobs', VisibilityTimeout: 1, RedrivePolicy })
  await provision(eventSources, 'AWS::Lambda::EventSourceMapping', {
    EventSourceArn: arnOf('jobs'),
    FunctionName: 'job',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  })
  await eventBridge.start?.()
  await eventSources.start?.()

  const client = new EventBridgeClient(await awsEndpoint(eventBridge))
  const rule = async (Name: string, target: object) => {
    await client.send(new PutRuleCommand({ Name, EventPattern: '{"source":["test"],"detail-type":["Tested"]}' }))
    const Targets = [{ Id: 'queue', Arn: '', ...target }]
    await client.send(new PutTargetsCommand({ Rule: Name, Targets }))
  }
  await rule('work', { Arn: arnOf('jobs'), DeadLetterConfig: { Arn: arnOf('jobs-undelivered') } })

  const deps = { sqs, eventBridge, eventSources, lambda, faults, logs }
  const site = await startConsole(...consumerRoutes(deps), ...deadLetterRoutes(deps), ...functionRoutes(deps))
  const json = async (answer: { readonly body: string }) => (answer.body === '' ? undefined : JSON.parse(answer.body))
  onTestFinished(async () => {
    await site.stop()
    client.destroy()
    await eventSources.stop?.()
    eventBridge.stop?.()
    await logs.stop?.()
    await sqs.stop?.()
    await fauxqs.close()
  })
  return {
    ...deps,
    client,
    rule,
    arnOf,
    get: (path: string) => site.get(`/_console/api/${path}`).then(json),
    post: (path: string, body: object) => site.post(`/_console/api/${path}`, body).then(json),
    postTo: site.post,
  }
}
