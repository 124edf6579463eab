import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { describe, expect, test, vi } from 'vitest'
import { untilTrue } from '../../support/until.ts'
import { lines, MACHINE, sequence, startStepFunctions, task } from './step-functions.ts'

const pass = sequence({ Pass: { Type: 'Pass' } })
const wait = sequence({ Wait: { Type: 'Wait', Seconds: 999 } })
const execution = (name: string) => `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`

describe('StartExecution', () => {
  test('with the name and input of one that is running is that one', async () => {
    const { client, define } = await startStepFunctions()
    await define(wait)
    const start = (input: string) =>
      client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'one', input }))
    const first = await start('{"a":1}')
    expect(first).toMatchObject({ executionArn: execution('one'), startDate: expect.any(Date) })
    expect(await start('{"a":1}')).toMatchObject({ executionArn: execution('one'), startDate: first.startDate })
    const exists = { name: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${execution('one')}'` }
    await expect(start('{"a":2}')).rejects.toMatchObject(exists)
    await client.send(new StopExecutionCommand({ executionArn: execution('one') }))
    await expect(start('{"a":1}')).rejects.toMatchObject(exists)
  })

  test.for(['a b', 'a/b', 'a:b', 'a<b', 'a*', 'a"', '', 'x'.repeat(81)])('does not take the name %j', async (name) => {
    const { define, start } = await startStepFunctions()
    await define(pass)
    await expect(start({}, name)).rejects.toMatchObject({ name: 'InvalidName', message: `Invalid Name: '${name}'` })
  })

  test.for(['not json', "{'a': 1}", '', `"${'x'.repeat(262_144)}"`])('does not take the input %.20s', async (input) => {
    const { client, define } = await startStepFunctions()
    await define(pass)
    await expect(client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, input }))).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
      message: expect.stringMatching(/^Invalid State Machine Execution Input: '/),
    })
  })

  test('needs a state machine', async () => {
    const { client, define } = await startStepFunctions()
    await define(pass)
    const start = (stateMachineArn: string) => client.send(new StartExecutionCommand({ stateMachineArn }))
    await expect(start(`${MACHINE}s`)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${MACHINE}s'`,
    })
    await expect(start('machine')).rejects.toMatchObject({
      name: 'InvalidArn',
      message: "Invalid Arn: 'Invalid ARN prefix: machine'",
    })
    await expect(client.send(new StartSyncExecutionCommand({ stateMachineArn: MACHINE }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    })
  })

  test('for an event, once however often that comes', async () => {
    const { engine, define } = await startStepFunctions()
    await define(pass)
    for (const input of ['{"id":1}', '{"id":1}', '{"id":1,"replay-name":"r"}'])
      engine.startForEvent(MACHINE, input, 'e-1')
    await untilTrue(() => engine.executions({ limit: 10 }).every(({ status }) => status === 'SUCCEEDED'))
    expect(engine.executions({ limit: 10 })).toHaveLength(2)
  })
})

describe('an execution', () => {
  test('is described', async () => {
    const { client, define, start, result } = await startStepFunctions()
    await define(pass)
    const executionArn = await start({ a: 1 }, 'one')
    await result(executionArn)
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      executionArn: execution('one'),
      stateMachineArn: MACHINE,
      name: 'one',
      status: 'SUCCEEDED',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
    })
    await expect(client.send(new DescribeExecutionCommand({ executionArn: execution('two') }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${execution('two')}'`,
    })
  })

  test('is stopped, with its branches', async () => {
    const { client, define, start, describe, history, announced } = await startStepFunctions()
    await define(
      sequence({ Both: { Type: 'Parallel', Branches: [wait, sequence({ Other: { Type: 'Wait', Seconds: 999 } })] } }),
    )
    const executionArn = await start()
    await untilTrue(async () => (await history(executionArn)).length === 5)
    const { stopDate } = await client.send(
      new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'No more' }),
    )
    expect(await describe(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'No more',
      stopDate,
    })
    expect(await client.send(new StopExecutionCommand({ executionArn }))).toMatchObject({ stopDate })
    expect(lines(await history(executionArn)).at(-1)).toBe('6 0 ExecutionAborted')
    expect(announced).toMatchObject([
      { executionArn, status: 'RUNNING', stopDate: null },
      { executionArn, status: 'ABORTED', error: 'Enough', input: '{}' },
    ])
  })

  test('times out as a whole', async () => {
    const { run } = await startStepFunctions()
    expect(await run({ ...wait, TimeoutSeconds: 1 })).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' })
  })
})

test('executions are listed newest first, in pages, by status', async () => {
  const { client, define, start, result } = await startStepFunctions()
  await define(
    sequence({
      Fail: { Type: 'Choice', Choices: [{ Variable: '$', NumericLessThan: 3, Next: 'No' }], Default: 'Yes' },
      No: { Type: 'Fail' },
      Yes: { Type: 'Succeed' },
    }),
  )
  for (let index = 0; index < 7; index++) await result(await start(index, `number-${index}`))
  const pages: (string | undefined)[][] = []
  for await (const { executions = [] } of paginateListExecutions({ client, pageSize: 3 }, { stateMachineArn: MACHINE }))
    pages.push(executions.map(({ name }) => name?.slice(-1)))
  expect(pages).toEqual([['6', '5', '4'], ['3', '2', '1'], ['0']])
  const { executions } = await client.send(
    new ListExecutionsCommand({ stateMachineArn: MACHINE, statusFilter: 'FAILED' }),
  )
  expect(executions?.map(({ status }) => status)).toEqual(['FAILED', 'FAILED', 'FAILED'])
  await expect(
    client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, nextToken: 'x' })),
  ).rejects.toMatchObject({
    name: 'InvalidToken',
  })
})

test('the history is read in pages, forwards and backwards, with its data and without', async () => {
  const { client, define, start, result } = await startStepFunctions({ functions: { job: () => 1 } })
  await define(sequence({ Job: task('job') }))
  const executionArn = await start({ secret: 1 })
  await result(executionArn)
  for (const reverseOrder of [false, true]) {
    const ids: (number | undefined)[] = []
    for await (const { events = [] } of paginateGetExecutionHistory(
      { client, pageSize: 2 },
      { executionArn, reverseOrder },
    ))
      ids.push(...events.map(({ id }) => id))
    expect(ids).toEqual(reverseOrder ? [7, 6, 5, 4, 3, 2, 1] : [1, 2, 3, 4, 5, 6, 7])
  }
  const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }))
  expect(JSON.stringify(events)).not.toContain('secret')
  expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'Job' })
})

test('executions are found by a text, and by the correlation id of the event that has started them', async () => {
  const { engine, define, start, result } = await startStepFunctions()
  await define(pass)
  const event = { metadata: { correlationId: 'c-1' }, data: { orderId: 'o-1' } }
  await result(await start(event, 'one'))
  await result(await start({ detail: event }, 'two'))
  await result(await start('c-1', 'three'))
  const namesOf = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name)
  expect(namesOf(engine.executions({ text: 'o-1', limit: 10 }))).toEqual(['two', 'one'])
  expect(namesOf(engine.executions({ text: 'hre', limit: 10 }))).toEqual(['three'])
  expect(engine.executions({ text: 'o-1', status: 'FAILED', limit: 10 })).toEqual([])
  expect(namesOf(engine.correlated('c-1', 10))).toEqual(['two', 'one'])
})

test('tells the console what each state did', async () => {
  const { engine, define, start, result } = await startStepFunctions({
    functions: {
      job: (_, call) => {
        if (call === 1) throw new TypeError('not yet')
        throw new RangeError('too far')
      },
    },
  })
  const changed = vi.fn()
  engine.onChange(changed)
  const Job = task('job', {
    Retry: [{ ErrorEquals: ['TypeError'], IntervalSeconds: 1 }],
    Catch: [{ ErrorEquals: ['RangeError'], Next: 'Undo' }],
    End: true,
  })
  await define({
    StartAt: 'First',
    States: { First: { Type: 'Pass', Next: 'Job' }, Job, Undo: { Type: 'Fail', Error: 'Undone' } },
  })
  const arn = await start({ a: 1 }, 'one')
  await untilTrue(() => engine.execution(arn)?.visits.at(-1)?.status === 'retrying')
  expect(engine.running()).toBe(1)
  expect(engine.execution(arn)?.visits.at(-1)).toMatchObject({ state: 'Job', dueAt: expect.any(Number) })
  await result(arn)
  expect(engine.running()).toBe(0)
  expect(changed).toHaveBeenCalledWith(arn)
  expect(engine.executions({ limit: 10 })).toMatchObject([
    { arn, name: 'one', stateMachine: 'machine', status: 'FAILED' },
  ])
  const found = engine.execution(arn)
  const failedAt = { startedAt: expect.any(Number), endedAt: expect.any(Number) }
  expect(found).toMatchObject({
    status: 'FAILED',
    error: 'Undone',
    input: '{"a":1}',
    outline: {
      start: 'First',
      states: [
        { name: 'First', type: 'Pass', next: [{ to: 'Job', on: 'next' }] },
        { name: 'Job', function: 'job', next: [{ to: 'Undo', on: 'error', errors: ['RangeError'] }] },
        { name: 'Undo', type: 'Fail', next: [] },
      ],
    },
    visits: [
      { state: 'First', scope: '', status: 'succeeded', input: '{"a":1}', output: '{"a":1}', attempts: [] },
      {
        state: 'Job',
        status: 'caught',
        error: 'RangeError',
        attempts: [
          { ...failedAt, error: 'TypeError', cause: expect.stringContaining('not yet') },
          { ...failedAt, error: 'RangeError', cause: expect.stringContaining('too far') },
        ],
      },
      { state: 'Undo', status: 'failed', error: 'Undone', exitedAt: expect.any(Number) },
    ],
  })
  expect(found?.history.map(({ id, type, state }) => [id, type, state])).toEqual([
    [1, 'ExecutionStarted', undefined],
    [2, 'PassStateEntered', 'First'],
    [3, 'PassStateExited', 'First'],
    [4, 'TaskStateEntered', 'Job'],
    [5, 'LambdaFunctionScheduled', 'Job'],
    [6, 'LambdaFunctionStarted', 'Job'],
    [7, 'LambdaFunctionFailed', 'Job'],
    [8, 'LambdaFunctionScheduled', 'Job'],
    [9, 'LambdaFunctionStarted', 'Job'],
    [10, 'LambdaFunctionFailed', 'Job'],
    [11, 'TaskStateExited', 'Job'],
    [12, 'FailStateEntered', 'Undo'],
    [13, 'ExecutionFailed', undefined],
  ])
})
