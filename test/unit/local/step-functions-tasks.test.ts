import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import { retryDelay } from '../../../infra/local/engines/step-functions/failure.ts'
import { failure, fn, integration, lines, sequence, startStepFunctions, task } from './step-functions.ts'

const never = () => new Promise(() => {})
describe('a function', () => {
  test('by its ARN: its answer is the result', async () => {
    const { define, start, result, history } = await startStepFunctions({ functions: { hello: () => ({ hello: 1 }) } })
    await define(sequence({ Hello: task('hello', { TimeoutSeconds: 9 }) }))
    const arn = await start({ a: 1 })
    expect(await result(arn)).toEqual({ status: 'SUCCEEDED', output: { hello: 1 } })
    const events = await history(arn)
    expect(lines(events)).toEqual([
      '1 0 ExecutionStarted',
      '2 0 TaskStateEntered Hello',
      '3 2 LambdaFunctionScheduled',
      '4 3 LambdaFunctionStarted',
      '5 4 LambdaFunctionSucceeded',
      '6 5 TaskStateExited Hello',
      '7 6 ExecutionSucceeded',
    ])
    expect(events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      resource: fn('hello'),
      input: '{"a":1}',
      inputDetails: { truncated: false },
      timeoutInSeconds: 9,
    })
    expect(events[4]?.lambdaFunctionSucceededEventDetails).toMatchObject({ output: '{"hello":1}' })
  })

  test('by lambda:invoke: its answer is the payload', async () => {
    const { define, start, result, history } = await startStepFunctions({ functions: { hello: (event) => event } })
    await define(sequence({ Hello: integration('lambda:invoke', { FunctionName: fn('hello'), 'Payload.$': '$' }) }))
    const arn = await start({ a: 1 })
    expect(await result(arn)).toEqual({
      status: 'SUCCEEDED',
      output: { ExecutedVersion: '$LATEST', Payload: { a: 1 }, StatusCode: 200 },
    })
    const [, , scheduled] = await history(arn)
    expect(scheduled).toMatchObject({
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'us-east-1',
        parameters: JSON.stringify({ FunctionName: fn('hello'), Payload: { a: 1 } }),
      },
    })
  })

  test.for<[string, string, unknown]>([
    [
      'throws',
      'OutOfStock',
      () => {
        throw failure('OutOfStock', 'none left')
      },
    ],
    [
      'throws without a name',
      'Lambda.Unknown',
      () => {
        throw failure('', 'none left')
      },
    ],
    [
      'is throttled',
      'Lambda.TooManyRequestsException',
      () => {
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)
      },
    ],
    ['does not exist', 'Lambda.ResourceNotFoundException', undefined],
  ])('that %s: %s', async ([, error, behave]) => {
    const { run } = await startStepFunctions({ functions: typeof behave === 'function' ? { job: () => behave() } : {} })
    expect(await run(sequence({ Job: task('job') }))).toMatchObject({ status: 'FAILED', error })
  })

  test('that takes too long', async () => {
    const { define, start, result, history } = await startStepFunctions({ functions: { job: never } })
    await define(sequence({ Job: task('job', { TimeoutSeconds: 1 }) }))
    const arn = await start()
    expect(await result(arn)).toEqual({ status: 'FAILED', error: 'States.Timeout' })
    expect(lines(await history(arn)).slice(-2)).toEqual(['5 4 LambdaFunctionTimedOut', '6 5 ExecutionFailed'])
  })
})

describe('Retry and Catch', () => {
  const flaky =
    (times: number, name = 'Flaky') =>
    (_event: unknown, call: number) => {
      if (call <= times) throw failure(name)
      return call
    }

  test('tries again until it works, without entering the state anew', async () => {
    const { define, start, result, history, engine } = await startStepFunctions({
      functions: { job: flaky(2) },
      random: () => 0,
    })
    const Retry = [{ ErrorEquals: ['Flaky'], JitterStrategy: 'FULL', MaxAttempts: 2 }]
    await define(sequence({ Job: task('job', { Retry }) }))
    const arn = await start()
    expect(await result(arn)).toEqual({ status: 'SUCCEEDED', output: 3 })
    expect(lines(await history(arn)).slice(1, -1)).toEqual([
      '2 0 TaskStateEntered Job',
      '3 2 LambdaFunctionScheduled',
      '4 3 LambdaFunctionStarted',
      '5 4 LambdaFunctionFailed',
      '6 5 LambdaFunctionScheduled',
      '7 6 LambdaFunctionStarted',
      '8 7 LambdaFunctionFailed',
      '9 8 LambdaFunctionScheduled',
      '10 9 LambdaFunctionStarted',
      '11 10 LambdaFunctionSucceeded',
      '12 11 TaskStateExited Job',
    ])
    expect(engine.execution(arn)?.visits).toMatchObject([
      { state: 'Job', status: 'succeeded', attempts: Array(3).fill({ endedAt: expect.any(Number) }), output: '3' },
    ])
  })

  test('counts each retrier for itself, and then catches', async () => {
    const names = ['A', 'B', 'A', 'B', 'A']
    const { run, calls } = await startStepFunctions({
      random: () => 0,
      functions: {
        job: (_event, call) => {
          throw failure(names[call - 1] ?? 'C', `${call}`)
        },
      },
    })
    const retrier = (name: string, MaxAttempts: number) => ({
      ErrorEquals: [name],
      JitterStrategy: 'FULL',
      MaxAttempts,
    })
    const Job = task('job', {
      Retry: [retrier('A', 2), retrier('B', 5)],
      Catch: [
        { ErrorEquals: ['X'], Next: 'Never' },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' },
      ],
      End: true,
    })
    const Pass = { Type: 'Pass', End: true }
    const machine = { StartAt: 'Job', States: { Job, Caught: Pass, Never: Pass } }
    expect(await run(machine, { a: 1 })).toEqual({
      status: 'SUCCEEDED',
      output: { a: 1, error: { Error: 'A', Cause: JSON.stringify({ errorType: 'A', errorMessage: '5', trace: [] }) } },
    })
    expect(calls).toHaveLength(5)
  })

  test.for<[string, object, readonly number[]]>([
    ['doubles', {}, [1, 2, 4, 8]],
    ['grows as it is told to', { IntervalSeconds: 3, BackoffRate: 1.5 }, [3, 4.5, 6.75]],
    ['has an end', { BackoffRate: 10, MaxDelaySeconds: 30 }, [1, 10, 30, 30]],
    ['is cut short by chance', { JitterStrategy: 'FULL' }, [0.25, 0.5, 1]],
  ])('the time between attempts %s', ([, fields, seconds]) => {
    const retrier = { IntervalSeconds: 1, BackoffRate: 2, ...fields }
    expect(seconds.map((_, retries) => retryDelay(retrier, retries, () => 0.25) / 1000)).toEqual(seconds)
  })

  test.for<[string, object[], string]>([
    ['States.TaskFailed does not take a timeout', [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }], 'FAILED'],
    ['States.Timeout does', [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }], 'SUCCEEDED'],
    ['and so does States.ALL', [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], 'SUCCEEDED'],
  ])('%s', async ([, Catch, status]) => {
    const { run } = await startStepFunctions({ functions: { job: never } })
    const Job = task('job', { TimeoutSeconds: 1, Catch, End: true })
    const machine = { StartAt: 'Job', States: { Job, Caught: { Type: 'Succeed' }, Other: { Type: 'Succeed' } } }
    expect(await run(machine)).toMatchObject({ status })
  })

  test('States.ALL does not take what no retry would make right', async () => {
    const { run } = await startStepFunctions({ functions: { job: () => 1 } })
    const Job = task('job', {
      Parameters: { 'a.$': '$.none' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      End: true,
    })
    expect(await run({ StartAt: 'Job', States: { Job, Caught: { Type: 'Succeed' } } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    })
  })

  test('a Map as a whole', async () => {
    const { run, calls } = await startStepFunctions({ functions: { job: flaky(1) }, random: () => 0 })
    const Each = {
      Type: 'Map',
      ItemProcessor: sequence({ Job: task('job') }),
      Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }],
    }
    expect(await run(sequence({ Each }), ['a'])).toEqual({ status: 'SUCCEEDED', output: [2] })
    expect(calls).toHaveLength(2)
  })
})
