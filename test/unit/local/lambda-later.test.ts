import { expect, onTestFinished, test } from 'vitest'
import { AwsError } from '../../../infra/local/engines/engine.ts'
import type { Invocation } from '../../../infra/local/engines/lambda/environment.ts'
import { openLater } from '../../../infra/local/engines/lambda/later.ts'
import { until } from '../../support/until.ts'
import { cloudContext, temporaryFolder } from './cloud-context.ts'

const ok: Invocation = { payload: 'null', log: [] }
const failed: Invocation = { payload: '{"errorMessage":"no"}', functionError: 'Unhandled', log: [] }
const throttled = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)

interface Setup {
  /** What becomes of each invocation, in turn; `undefined` never ends. The last goes for all further ones. */
  readonly outcomes: readonly (Invocation | AwsError | undefined)[]
  readonly stateDir?: string
  readonly now?: () => number
}

/** The queue over a function that does as it is told. `left`: what is on disk. */
function start({ outcomes, stateDir = temporaryFolder(), now = Date.now }: Setup) {
  const calls: string[] = []
  const warnings: string[] = []
  const context = cloudContext(stateDir, { now, warn: (message) => void warnings.push(message) })
  const later = openLater(context, {
    backoff: () => 1,
    invoke: async (functionName, payload) => {
      const outcome = outcomes[Math.min(calls.push(`${functionName} ${payload}`), outcomes.length) - 1]
      if (outcome instanceof Error) throw outcome
      return outcome ?? new Promise(() => {})
    },
  })
  onTestFinished(later.stop)
  const left = () => context.database.prepare('SELECT * FROM lambda_later').all()
  return { ...later, calls, warnings, left }
}

test('what was accepted is on disk until it is done', async () => {
  const { add, calls, left } = start({ outcomes: [ok] })
  add('job', '1')
  expect(left()).toMatchObject([{ function: 'job', payload: '1' }])
  await until(() => expect(left()).toEqual([]))
  expect(calls).toEqual(['job 1'])
})

test('what fails is tried three times, over restarts too, and then given up', async () => {
  const stateDir = temporaryFolder()
  const before = start({ stateDir, outcomes: [failed, undefined] })
  before.add('job', '1')
  await until(() => expect(before.calls).toHaveLength(2))
  before.stop()

  const { calls, warnings, left, start: resume } = start({ stateDir, outcomes: [failed] })
  resume()
  await until(() => expect(left()).toEqual([]))
  expect(calls).toEqual(['job 1', 'job 1'])
  expect(warnings.map((warning) => /attempt . of 3\): .*/.exec(warning)?.[0])).toEqual([
    'attempt 2 of 3): {"errorMessage":"no"}',
    'attempt 3 of 3): {"errorMessage":"no"}',
  ])
})

test('to be throttled is no attempt', async () => {
  const { add, calls, warnings, left } = start({ outcomes: [throttled, throttled, throttled, throttled, ok] })
  add('job', '1')
  await until(() => expect(left()).toEqual([]))
  expect(calls).toHaveLength(5)
  expect(warnings).toEqual([])
})

test('what is throttled for six hours is given up, and told of', async () => {
  let now = 0
  const { add, warnings, left } = start({ outcomes: [throttled], now: () => now })
  add('job', '1')
  now = 6 * 3_600_000
  await until(() => expect(left()).toEqual([]))
  expect(warnings).toEqual([expect.stringContaining('job was not let run for six hours')])
})

test('what is for a function that there is no more is dropped, and told of', async () => {
  const stateDir = temporaryFolder()
  const before = start({ stateDir, outcomes: [undefined] })
  before.add('job', '1')
  before.stop()
  const {
    calls,
    warnings,
    left,
    start: resume,
  } = start({
    stateDir,
    outcomes: [new AwsError('ResourceNotFoundException', 'Function not found', 404)],
  })
  resume()
  await until(() => expect(left()).toEqual([]))
  expect(calls).toHaveLength(1)
  expect(warnings).toEqual([expect.stringContaining('Function not found')])
})
