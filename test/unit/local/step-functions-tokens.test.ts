import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { untilTrue } from '../../support/until.ts'
import { fn, integration, lines, sequence, startStepFunctions } from './step-functions.ts'

describe('a task that waits for its token', () => {
  const machine = (fields: object = {}) =>
    sequence({
      Ask: integration(
        'lambda:invoke.waitForTaskToken',
        { FunctionName: fn('ask'), Payload: { 'token.$': '$$.Task.Token' } },
        fields,
      ),
    })
  const tokenIn = (event: unknown) => z.object({ token: z.string() }).parse(event).token

  async function asked(fields: object = {}, now = Date.now) {
    const started = await startStepFunctions({ functions: { ask: () => 'asked' }, now })
    await started.define(machine(fields))
    const arn = await started.start()
    await untilTrue(() => started.calls.length === 1)
    return { ...started, arn, taskToken: tokenIn(started.calls[0]?.event) }
  }

  test('ends when it is sent back', async () => {
    const { client, arn, taskToken, result, history } = await asked()
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"yes":true}' }))
    expect(await result(arn)).toEqual({ status: 'SUCCEEDED', output: { yes: true } })
    expect(lines(await history(arn)).slice(2, -2)).toEqual([
      '3 2 TaskScheduled',
      '4 3 TaskStarted',
      '5 4 TaskSubmitted',
      '6 5 TaskSucceeded',
    ])
    await expect(client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    })
    await expect(client.send(new SendTaskSuccessCommand({ taskToken: 'abc', output: '1' }))).rejects.toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    })
  })

  test('fails when a failure is sent back', async () => {
    const { client, arn, taskToken, result } = await asked()
    await expect(client.send(new SendTaskSuccessCommand({ taskToken, output: '{' }))).rejects.toMatchObject({
      name: 'InvalidOutput',
    })
    await client.send(new SendTaskFailureCommand({ taskToken, error: 'No', cause: 'Not today' }))
    expect(await result(arn)).toEqual({ status: 'FAILED', error: 'No', cause: 'Not today' })
  })

  test('times out', async () => {
    const { arn, result, history } = await asked({ TimeoutSeconds: 1 })
    expect(await result(arn)).toEqual({ status: 'FAILED', error: 'States.Timeout' })
    expect(lines(await history(arn)).slice(-2)).toEqual(['6 5 TaskTimedOut', '7 6 ExecutionFailed'])
  })

  test('lives as long as it beats', async () => {
    let now = Date.now()
    const { client, arn, taskToken, result, describe } = await asked({ HeartbeatSeconds: 60 }, () => now)
    for (let beat = 0; beat < 3; beat++) {
      now += 59_000
      await client.send(new SendTaskHeartbeatCommand({ taskToken }))
      expect(await describe(arn)).toMatchObject({ status: 'RUNNING' })
    }
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))
    expect(await result(arn)).toEqual({ status: 'SUCCEEDED', output: 1 })
  })

  test('fails when it does not beat, under two names', async () => {
    const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Silent' }]
    const { run } = await startStepFunctions({ functions: { ask: () => 'asked' } })
    const { Ask } = machine({ HeartbeatSeconds: 1, Catch, Next: 'Silent' }).States
    expect(await run({ StartAt: 'Ask', States: { Ask, Silent: { Type: 'Succeed' } } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'States.Timeout' },
    })
  })
})
