import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { onTestFinished } from 'vitest'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import type { Lambda } from '../../../infra/local/engines/lambda/index.ts'
import { createSes } from '../../../infra/local/engines/ses.ts'
import { createSns } from '../../../infra/local/engines/sns.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

export const TOPIC = 'arn:aws:sns:us-east-1:000000000000:news'
export const JOBS = 'arn:aws:sqs:us-east-1:000000000000:jobs'
export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:job'

const NONE = { exists: () => false, invokeLater: () => {} }

interface Setup {
  readonly stateDir?: string
  readonly functions?: Pick<Lambda, 'exists' | 'invokeLater'>
  readonly now?: () => number
}

/** SNS with its queues and an inbox. `stop` leaves on disk what a SIGKILL would leave. */
export async function startSns({ stateDir = temporaryFolder(), functions = NONE, now = Date.now }: Setup = {}) {
  const warnings: string[] = []
  const context = cloudContext(stateDir, { now, warn: (message) => void warnings.push(message) })
  const fauxqs = createFauxqs(context)
  const sqs = createSqs(context, fauxqs)
  const ses = createSes(context)
  const sns = createSns(context, { fauxqs, sqs, functions, sendMail: ses.send })
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await sns.stop?.()
    await sqs.stop?.()
    await fauxqs.close()
  }
  onTestFinished(stop)
  const config = await awsEndpoint(sns)
  const client = new SNSClient(config)
  onTestFinished(() => client.destroy())

  return {
    sns,
    sqs,
    client,
    stop,
    warnings,
    emails: ses.emails,
    addQueue: (QueueName = 'jobs') => provision(sqs, 'AWS::SQS::Queue', { QueueName }),
    addTopic: () => client.send(new CreateTopicCommand({ Name: 'news', Attributes: { DisplayName: 'The News' } })),
    subscribe: async (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) => {
      const input = { TopicArn: TOPIC, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true }
      return (await client.send(new SubscribeCommand(input))).SubscriptionArn ?? ''
    },
    publish: (Message: string, input: object = {}) =>
      client.send(new PublishCommand({ TopicArn: TOPIC, Message, ...input })),
    received: (queueArn = JOBS) => sqs.receive(queueArn, 100),
    /** Opens a link that leads to the cloud's endpoint. */
    open: (link: string, accept = 'text/html') =>
      fetch(link.replace(/^http:\/\/[^/]+/, config.endpoint), { headers: { accept } }),
  }
}

/** The first link of a mail's text. */
export const linkIn = ({ text }: { readonly text: string }): string => /http:\S+/.exec(text)?.[0] ?? ''
