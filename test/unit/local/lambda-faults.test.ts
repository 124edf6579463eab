import { expect, test } from 'vitest'
import { handler, start } from './functions.ts'

const WORK = handler('console.log("worked"); return "done"')
const BEFORE = { errorType: 'FailedOnPurpose', errorMessage: 'Failed on purpose before the work was begun' }
const AFTER = { errorType: 'FailedOnPurpose', errorMessage: 'Failed on purpose after the work was done' }

test('the next invocations fail before the work is begun, and no more', async () => {
  const { faults, run, log } = await start(WORK)
  faults.plan('job', { count: 2, point: 'before' })
  for (const left of [1, undefined]) {
    expect(await run()).toMatchObject({ result: BEFORE, functionError: 'Unhandled' })
    expect(faults.planned('job')?.count).toBe(left)
  }
  expect(await run()).toMatchObject({ result: 'done', functionError: undefined, log: ['worked'] })
  const line = expect.stringMatching(/^\{"level":"ERROR","message":"Failed on purpose before the work was begun",/)
  expect(log('job')).toEqual([line, line, 'worked'])
})

test('all invocations fail after their work until that is called off', async () => {
  const { faults, run } = await start(WORK)
  faults.plan('job', { count: 'all', point: 'after' })
  for (const _ of [1, 2, 3]) {
    const { result, log } = await run()
    expect(result).toMatchObject(AFTER)
    expect(log).toEqual(['worked', expect.stringContaining('Failed on purpose after')])
  }
  faults.plan('job', { count: 0, point: 'after' })
  expect(faults.planned('job')).toBeUndefined()
  expect(await run()).toMatchObject({ result: 'done' })
})

test.each([
  ['before', [], BEFORE],
  ['after', ['worked'], AFTER],
  ['again', ['worked'], 'done'],
  ['slow', ['worked'], 'done'],
] as const)('a mishap of the kind %s befalls the invocation that it is for', async (kind, worked, result) => {
  const { run, log } = await start(WORK)
  const [startedAt, ms] = [performance.now(), 30]
  expect(await run({}, { mishap: { kind, ms } })).toMatchObject({ result })
  if (kind === 'slow') expect(performance.now() - startedAt).toBeGreaterThan(ms - 2)
  expect(log('job').filter((line) => line === 'worked')).toEqual(worked)
  expect(await run()).toMatchObject({ result: 'done' })
})

test('nobody else fails', async () => {
  const { faults, run } = await start(WORK)
  faults.plan('another', { count: 'all', point: 'before' })
  expect(await run()).toMatchObject({ result: 'done' })
})
