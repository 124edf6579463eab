import { ListExecutionsCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { untilTrue } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'
import { failure, fn, lines, MACHINE, sequence, startStepFunctions, task } from './step-functions.ts'

// What a SIGKILL leaves is what was committed: here the engine is stopped where it stands, and another one opens its file.

const never = () => new Promise(() => {})
const EXECUTION = `${MACHINE.replace(':stateMachine:', ':execution:')}:one`

test('a task that was running is called again, with the same parameters', async () => {
  const stateDir = temporaryFolder()
  const machine = sequence({
    First: task('first'),
    Second: task('second', { Parameters: { 'id.$': 'States.UUID()', 'first.$': '$' } }),
    Third: task('third'),
  })
  const before = await startStepFunctions({ stateDir, functions: { first: () => 1, second: never } })
  await before.define(machine)
  await before.start({}, 'one')
  await untilTrue(() => before.calls.length === 2)
  before.kill()

  const after = await startStepFunctions({ stateDir, functions: { second: () => 2, third: () => 3 } })
  await after.define(machine)
  await after.engine.start?.()
  expect(await after.result(EXECUTION)).toEqual({ status: 'SUCCEEDED', output: 3 })
  expect(after.calls).toEqual([before.calls[1], { name: 'third', event: 2 }])
  const events = lines(await after.history(EXECUTION))
  expect(numbers(events)).toEqual(events.map((_, index) => index + 1))
  expect(events.filter((line) => line.includes('Scheduled'))).toHaveLength(3)
})

test('a new start forgets what began 90 days ago and is over', async () => {
  const stateDir = temporaryFolder()
  let now = Date.parse('2027-01-15T08:00:00Z')
  const life = async () => {
    const functions = { job: (input: unknown) => (input === 'ends' ? 1 : never()) }
    const started = await startStepFunctions({ stateDir, functions, now: () => now })
    await started.define(sequence({ Job: task('job') }))
    return started
  }
  const before = await life()
  await before.result(await before.start('ends', 'over'))
  await before.start('does not', 'running')
  now += 91 * 86_400_000
  await before.result(await before.start('ends', 'new'))
  before.kill()

  const { client } = await life()
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE }))
  expect(executions.map(({ name }) => name)).toEqual(['new', 'running'])
})

const numbers = (events: readonly string[]) => events.map((line) => Number(line.split(' ')[0]))
const withoutNumbers = (events: readonly string[]) => events.map((line) => line.replace(/^\d+ \d+ /, '')).toSorted()
const Retried = z.object({ retries: z.number() })

// It is run some forty times.
test('whatever it was in the midst of, it comes to the same end', { timeout: 60_000 }, async () => {
  const machine = {
    StartAt: 'Reserve',
    States: {
      Reserve: task('reserve', { ResultPath: '$.reserved', Next: 'Both' }),
      Both: {
        Type: 'Parallel',
        Branches: [
          sequence({ Wait: { Type: 'Wait', Seconds: 0 }, One: task('echo', { Parameters: { n: 1 } }) }),
          sequence({
            Each: {
              Type: 'Map',
              ItemsPath: '$.items',
              MaxConcurrency: 2,
              ItemProcessor: sequence({ Echo: task('echo') }),
            },
          }),
        ],
        ResultPath: '$.both',
        Next: 'Charge',
      },
      Charge: task('charge', {
        Parameters: { 'retries.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['Flaky'], JitterStrategy: 'FULL', MaxAttempts: 9 }],
        Catch: [{ ErrorEquals: ['Declined'], ResultPath: '$.error', Next: 'Release' }],
        Next: 'Release',
      }),
      Release: { Type: 'Pass', OutputPath: "$['reserved','both','error']", End: true },
    },
  }

  /** Runs it, killing the engine after each of these numbers of commits; answers the output and how it came about. */
  async function runKilledAfter(commits: readonly number[]) {
    const stateDir = temporaryFolder()
    const kills = [...commits, Number.POSITIVE_INFINITY]
    for (const [index, most] of kills.entries()) {
      const { engine, define, start, kill, result, history, calls } = await startStepFunctions({
        stateDir,
        random: () => 0,
        functions: {
          reserve: () => 'reserved',
          echo: (event) => event,
          charge: (event) => {
            throw failure(Retried.parse(event).retries === 0 ? 'Flaky' : 'Declined')
          },
        },
      })
      let seen = 0
      engine.onChange(() => {
        if (++seen === most) kill()
      })
      await define(machine)
      if (index === 0) await start({ items: ['a', 'b', 'c'] }, 'one').catch(() => {})
      else await engine.start?.()
      if (most !== Number.POSITIVE_INFINITY) {
        await untilTrue(() => seen >= most || !isRunning(engine))
        if (seen >= most) continue
      }
      return { ...(await result(EXECUTION)), commits: seen, calls, events: lines(await history(EXECUTION)) }
    }
    throw new Error('It never ended')
  }
  const isRunning = (engine: Awaited<ReturnType<typeof startStepFunctions>>['engine']) =>
    engine.execution(EXECUTION)?.status === 'RUNNING'

  const undisturbed = await runKilledAfter([])
  expect(undisturbed).toMatchObject({
    status: 'SUCCEEDED',
    output: ['reserved', [{ n: 1 }, ['a', 'b', 'c']], { Error: 'Declined' }],
  })
  expect(undisturbed.commits).toBeGreaterThan(20)
  for (let commit = 1; commit < undisturbed.commits; commit += 2) {
    const { status, output, events } = await runKilledAfter([commit, 3])
    expect({ commit, status, output }).toEqual({ commit, status: 'SUCCEEDED', output: undisturbed.output })
    expect(numbers(events)).toEqual(events.map((_, index) => index + 1))
    // Nothing was entered, tried or left more often than if nobody had disturbed it.
    expect(withoutNumbers(events)).toEqual(withoutNumbers(undisturbed.events))
  }
})

test('a task that waits for its token is not called again, and the token is still good', async () => {
  const stateDir = temporaryFolder()
  const machine = sequence({
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: fn('ask'), Payload: { 'token.$': '$$.Task.Token' } },
    },
  })
  const before = await startStepFunctions({ stateDir, functions: { ask: () => 'asked' } })
  await before.define(machine)
  await before.start({}, 'one')
  await untilTrue(async () => (await before.history(EXECUTION)).length === 5)
  before.kill()

  const after = await startStepFunctions({ stateDir, functions: { ask: () => 'asked again' } })
  await after.define(machine)
  await after.engine.start?.()
  const { token: taskToken } = z.object({ token: z.string() }).parse(before.calls[0]?.event)
  await after.client.send(new SendTaskSuccessCommand({ taskToken, output: '"yes"' }))
  expect(await after.result(EXECUTION)).toEqual({ status: 'SUCCEEDED', output: 'yes' })
  expect(after.calls).toEqual([])
})

test('a Wait lasts until the time that it began with', async () => {
  const stateDir = temporaryFolder()
  let now = Date.now()
  const machine = sequence({ Wait: { Type: 'Wait', Seconds: 3600 } })
  const before = await startStepFunctions({ stateDir, now: () => now })
  await before.define(machine)
  await before.start({}, 'one')
  await untilTrue(async () => (await before.history(EXECUTION)).length === 2)
  await new Promise((resolve) => setImmediate(resolve))
  before.kill()

  now += 3_600_000
  const after = await startStepFunctions({ stateDir, now: () => now })
  await after.define(machine)
  await after.engine.start?.()
  expect(await after.result(EXECUTION)).toMatchObject({ status: 'SUCCEEDED' })
})

test('an execution goes on with the definition that it began with', async () => {
  const stateDir = temporaryFolder()
  const before = await startStepFunctions({ stateDir, functions: { old: never } })
  await before.define(sequence({ Old: task('old') }))
  await before.start({}, 'one')
  await untilTrue(() => before.calls.length === 1)
  before.kill()

  const after = await startStepFunctions({ stateDir, functions: { old: () => 'old', new: () => 'new' } })
  await after.define(sequence({ New: task('new') }))
  await after.engine.start?.()
  expect(await after.result(EXECUTION)).toMatchObject({ output: 'old' })
  expect(await after.result(await after.start())).toMatchObject({ output: 'new' })
})
