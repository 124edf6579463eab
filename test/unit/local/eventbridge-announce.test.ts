import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { expect, test } from 'vitest'
import { QUEUE, recordingTarget, running, settled } from './eventbridge-bus.ts'

const started = {
  source: 'aws.states',
  name: 'Step Functions Execution Status Change',
  resources: ['arn:aws:states:us-east-1:000000000000:execution:machine:one'],
  detail: { status: 'RUNNING' },
}

test('what AWS services announce reaches the rules of the default bus, and is noted only for them', async () => {
  const { deliver, bodies } = recordingTarget()
  const { eventBridge, client } = await running({ deliver })
  eventBridge.announce(started)
  expect(eventBridge.recent({})).toEqual([])

  await client.send(new PutRuleCommand({ Name: 'ended', EventPattern: '{"detail":{"status":["SUCCEEDED"]}}' }))
  await client.send(new PutTargetsCommand({ Rule: 'ended', Targets: [{ Id: 'queue', Arn: QUEUE }] }))
  eventBridge.announce(started)
  eventBridge.announce({ ...started, detail: { status: 'SUCCEEDED' } })
  await settled(eventBridge)
  expect(bodies()).toMatchObject([
    {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: started.resources,
      detail: { status: 'SUCCEEDED' },
    },
  ])
})
