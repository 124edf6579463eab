import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAttempts } from '../../../infra/local/engines/attempts.ts'
import { createEventSources } from '../../../infra/local/engines/event-sources.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import { createLambda } from '../../../infra/local/engines/lambda/index.ts'
import { createSqs } from '../../../infra/local/engines/sqs.ts'
import { until } from '../../support/until.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`
const JOBS = arnOf('jobs')

interface Options {
  readonly stateDir?: string
  readonly mapping?: object
  /** Called with the bodies of a batch. */
  readonly work?: (bodies: readonly string[]) => Promise<void> | void
}

/** One life of a cloud with two queues, each with its function; `stop` ends it. */
async function start({ stateDir = temporaryFolder(), mapping = {}, work = () => {} }: Options = {}) {
  const context = cloudContext(stateDir)
  const fauxqs = createFauxqs(context)
  const sqs = createSqs(context, fauxqs)
  const sources = createEventSources(context, {
    sqs,
    streams: {
      shards: async () => [],
      iterator: async () => '',
      records: async () => ({ records: [], next: undefined }),
    },
    lambda: {
      async invoke(_, payload) {
        const records: readonly { readonly body: string }[] = JSON.parse(payload).Records
        await work(records.map(({ body }) => body))
        return { payload: 'null', log: [] }
      },
      timeoutSeconds: () => 1,
      runInBackground: () => {},
    },
    report: () => {},
    attempts: createAttempts(),
  })
  const lambda = createLambda(context, {
    compileCache: stateDir,
    assetPath: () => undefined,
    log: () => {},
    eventSources: sources.api,
  })
  for (const name of ['jobs', 'chores']) {
    await provision(sqs, 'AWS::SQS::Queue', { QueueName: name })
    const properties = { EventSourceArn: arnOf(name), FunctionName: `do-${name}`, ...mapping }
    await provision(sources, 'AWS::Lambda::EventSourceMapping', properties)
  }
  await sources.start?.()
  const client = new LambdaClient(await awsEndpoint(lambda))
  const { EventSourceMappings: [found] = [] } = await client.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: JOBS }),
  )
  const UUID = found?.UUID ?? ''
  const set = (Enabled: boolean) => client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
  const state = async () => (await client.send(new GetEventSourceMappingCommand({ UUID }))).State
  let isStopped = false
  async function stop() {
    if (isStopped) return
    isStopped = true
    client.destroy()
    await sources.stop?.()
    await sqs.stop?.()
    await fauxqs.close()
  }
  onTestFinished(stop)
  return { sqs, client, UUID, set, state, stop }
}

test('a mapping is listed, by its queue or its function, and shown', async () => {
  const { client, UUID } = await start({ mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } })
  const shown = {
    UUID,
    EventSourceArn: JOBS,
    EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:do-jobs',
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    State: 'Enabled',
    LastModified: expect.any(Date),
  }
  const list = async (input: object) =>
    (await client.send(new ListEventSourceMappingsCommand(input))).EventSourceMappings
  expect(await list({ EventSourceArn: JOBS })).toMatchObject([shown])
  expect(await list({ FunctionName: 'do-jobs' })).toMatchObject([shown])
  expect(await list({ FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:do-jobs' })).toMatchObject([shown])
  expect(await list({ FunctionName: 'nobody' })).toEqual([])
  expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject(shown)

  const first = await client.send(new ListEventSourceMappingsCommand({ MaxItems: 1 }))
  const second = await client.send(new ListEventSourceMappingsCommand({ MaxItems: 1, Marker: first.NextMarker ?? '' }))
  const names = [first, second].flatMap(({ EventSourceMappings = [] }) => EventSourceMappings.map((one) => one.UUID))
  expect(new Set(names).size).toBe(2)
  expect(second.NextMarker).toBeUndefined()
})

test('disabled, it lets what runs end, leaves the rest in the queue, and goes on with that when enabled', async () => {
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const work = vi.fn(async (bodies: readonly string[]) => {
    if (bodies.includes('first')) await gate.promise
    done.push(...bodies)
  })
  const { sqs, set, state } = await start({ work })
  sqs.send(JOBS, 'first')
  await until(() => expect(work).toHaveBeenCalledOnce())
  expect(await set(false)).toMatchObject({ State: 'Disabling', StateTransitionReason: 'USER_INITIATED' })
  sqs.send(JOBS, 'second')
  expect(await state()).toBe('Disabling')
  gate.resolve()
  await until(async () => expect(await state()).toBe('Disabled'))
  expect(done).toEqual(['first'])
  sqs.send(arnOf('chores'), 'of another')
  await until(() => expect(done).toEqual(['first', 'of another']))
  expect(await set(true)).toMatchObject({ State: 'Enabling' })
  await until(() => expect(done).toContain('second'))
  expect(await state()).toBe('Enabled')
  expect(await set(true)).toMatchObject({ State: 'Enabled' })
})

test('enabled again while it is being disabled, it reads on', async () => {
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const work = vi.fn(async (bodies: readonly string[]) => {
    await gate.promise
    done.push(...bodies)
  })
  const { sqs, set, state } = await start({ work })
  sqs.send(JOBS, 'first')
  await until(() => expect(work).toHaveBeenCalledOnce())
  await set(false)
  expect(await set(true)).toMatchObject({ State: 'Enabling' })
  sqs.send(JOBS, 'second')
  gate.resolve()
  await until(() => expect(done.toSorted()).toEqual(['first', 'second']))
  expect(await state()).toBe('Enabled')
})

test('it stays as it was set over a restart, until the template says something else', async () => {
  const stateDir = temporaryFolder()
  const first = await start({ stateDir })
  await first.set(false)
  await first.stop()

  const again = await start({ stateDir })
  expect(await again.state()).toBe('Disabled')
  await again.stop()

  const off = await start({ stateDir, mapping: { Enabled: false } })
  await off.set(true)
  await off.stop()

  const on = await start({ stateDir, mapping: { Enabled: true } })
  expect(await on.state()).toBe('Enabled')
})

test('what only a template can change is refused by name, and so is what is not there', async () => {
  const { client, UUID } = await start()
  const update = (input: object) => client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
  await expect(update({ BatchSize: 5 })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'Only Enabled can be changed on the local cloud, not BatchSize: that is for the template to say.',
  })
  await expect(update({ FunctionName: 'another', Enabled: true })).rejects.toThrow('not FunctionName')
  expect(await update({ FunctionName: 'do-jobs' })).toMatchObject({ State: 'Enabled' })
  const missing = { name: 'ResourceNotFoundException', message: 'The resource you requested does not exist.' }
  await expect(update({ UUID: 'no-such-id', Enabled: true })).rejects.toMatchObject(missing)
  await expect(client.send(new GetEventSourceMappingCommand({ UUID: 'no-such-id' }))).rejects.toMatchObject(missing)
})
