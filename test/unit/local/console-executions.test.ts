import { expect, onTestFinished, test } from 'vitest'
import { executionRoutes } from '../../../infra/local/console/routes/executions.ts'
import { createWho } from '../../../infra/local/console/who.ts'
import { startConsole } from '../../support/console.ts'
import { MACHINE, sequence, startStepFunctions, task } from './step-functions.ts'

/** The console over a machine that fails for what is bad, and three executions that have ended. */
async function started() {
  const { engine, define, start, result } = await startStepFunctions({ functions: { job: () => ({ done: true }) } })
  await define(
    sequence({
      Good: { Type: 'Choice', Choices: [{ Variable: '$.isBad', IsPresent: true, Next: 'No' }], Default: 'Job' },
      No: { Type: 'Fail', Error: 'Bad' },
      Job: task('job', { End: true }),
    }),
  )
  for (const [name, input] of Object.entries({ one: { orderId: 'o-1' }, two: { isBad: 1 }, three: { orderId: 'o-3' } }))
    await result(await start({ metadata: { correlationId: `c-${name}` }, ...input }, name))
  const site = await startConsole(...executionRoutes({ stepFunctions: engine }))
  onTestFinished(() => site.stop())
  return { get: (path: string) => site.get(`/_console/api/executions${path}`) }
}

test.each([
  ['', ['three', 'two', 'one'], false],
  ['?limit=2', ['three', 'two'], true],
  ['?status=FAILED', ['two'], false],
  ['?text=o-1', ['one'], false],
  ['?correlationId=c-three', ['three'], false],
  ['?text=nobody', [], false],
])('executions are listed newest first: %s', async (query, names, more) => {
  const { get } = await started()
  const expected = { executions: names.map((name) => expect.objectContaining({ name })), more }
  expect(JSON.parse((await get(query)).body)).toEqual(expected)
})

test('a list tells where each ended, and whether a failure was caught on the way', async () => {
  const { engine, define, start, result } = await startStepFunctions({
    functions: {
      job: () => {
        throw new Error('No.')
      },
    },
  })
  await define(
    sequence({
      Job: task('job', { Next: 'Done', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }] }),
      Undo: { Type: 'Pass', End: true },
      Done: { Type: 'Pass', End: true },
    }),
  )
  await result(await start({}, 'undone'))
  expect(engine.executions({ limit: 1 })).toMatchObject([{ status: 'SUCCEEDED', lastState: 'Undo', caught: true }])
})

test('one is told with its states and history; others are not there, or not understood', async () => {
  const { get } = await started()
  const arn = `${MACHINE.replace(':stateMachine:', ':execution:')}:one`
  expect(JSON.parse((await get(`/${encodeURIComponent(arn)}`)).body)).toMatchObject({
    arn,
    stateMachine: 'machine',
    status: 'SUCCEEDED',
    lastState: 'Job',
    caught: false,
    input: { orderId: 'o-1' },
    output: { done: true },
    outline: { start: 'Good', states: [{ name: 'Good' }, { name: 'No' }, { name: 'Job', function: 'job' }] },
    visits: [{ state: 'Good' }, { state: 'Job', input: { orderId: 'o-1' }, output: { done: true } }],
    history: expect.arrayContaining([expect.objectContaining({ type: 'LambdaFunctionSucceeded', state: 'Job' })]),
    earlier: 0,
  })
  expect(await get('/nobody')).toMatchObject({ status: 404 })
  expect(await get('?status=fine')).toMatchObject({ status: 400 })
})

test('who has emitted an event is its execution, if Step Functions has sent it', () => {
  const { emitter } = createWho({
    eventBridge: { subscriptions: { all: () => [], of: () => [] } },
    httpApis: { routes: () => [] },
    eventSources: { all: () => [] },
    lambda: { functions: () => [] },
  })
  const execution = `${MACHINE.replace(':stateMachine:', ':execution:')}:one`
  const resources = ['arn:other', execution, MACHINE]
  expect(emitter({ caller: 'StepFunctions', resources })).toEqual({ kind: 'workflow', name: 'machine', execution })
  expect(emitter({ caller: 'somebody', resources })).toEqual({ kind: 'client', name: 'somebody' })
  expect(emitter({ caller: undefined, resources })).toBeUndefined()
})
