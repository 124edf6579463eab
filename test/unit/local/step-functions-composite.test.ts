import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { failure, lines, sequence, startStepFunctions, task } from './step-functions.ts'

const Item = z.object({ n: z.number(), of: z.string(), index: z.number() })

describe('Parallel', () => {
  const branches = {
    Type: 'Parallel',
    Branches: [
      sequence({ Stock: task('stock') }),
      sequence({ Price: task('price'), Round: { Type: 'Pass', Result: 1 } }),
    ],
  }

  test('answers what its branches came to, in their order', async () => {
    const { run, calls } = await startStepFunctions({ functions: { stock: () => 'reserved', price: () => 1.2 } })
    expect(await run(sequence({ Both: { ...branches, ResultPath: '$.results' } }), { id: 1 })).toEqual({
      status: 'SUCCEEDED',
      output: { id: 1, results: ['reserved', 1] },
    })
    expect(calls.map(({ event }) => event)).toEqual([{ id: 1 }, { id: 1 }])
  })

  test('fails with the first that fails, and lets the others go', async () => {
    const { define, start, result, history } = await startStepFunctions({
      functions: {
        stock: () => new Promise(() => {}),
        price: () => {
          throw failure('NoPrice', 'unknown')
        },
      },
    })
    const Caught = { Type: 'Pass', End: true }
    const both = {
      ...branches,
      Catch: [{ ErrorEquals: ['NoPrice'], ResultPath: '$.error', Next: 'Caught' }],
      End: true,
    }
    await define({ StartAt: 'Both', States: { Both: both, Caught } })
    const arn = await start({ id: 1 })
    expect(await result(arn)).toMatchObject({ status: 'SUCCEEDED', output: { id: 1, error: { Error: 'NoPrice' } } })
    expect(lines(await history(arn)).map((line) => line.replace(/^\d+ \d+ /, ''))).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered Both',
      'ParallelStateStarted',
      'TaskStateEntered Stock',
      'TaskStateEntered Price',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ParallelStateExited Both',
      'PassStateEntered Caught',
      'PassStateExited Caught',
      'ExecutionSucceeded',
    ])
  })
})

describe('Map', () => {
  test('does the same with each item, so many at once, in order', async () => {
    let running = 0
    let most = 0
    const { run } = await startStepFunctions({
      functions: {
        double: async (event) => {
          const { n, of, index } = Item.parse(event)
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          running--
          return `${index}: ${n * 2} of ${of}`
        },
      },
    })
    const Each = {
      Type: 'Map',
      ItemsPath: '$.numbers',
      MaxConcurrency: 2,
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'of.$': '$.name' },
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...sequence({ Double: task('double') }) },
      ResultPath: '$.doubled',
      OutputPath: '$.doubled',
    }
    expect(await run(sequence({ Each }), { name: 'x', numbers: [1, 2, 3, 4, 5] })).toEqual({
      status: 'SUCCEEDED',
      output: ['0: 2 of x', '1: 4 of x', '2: 6 of x', '3: 8 of x', '4: 10 of x'],
    })
    expect(most).toBe(2)
  })

  test('of no items is an empty list', async () => {
    const { run } = await startStepFunctions()
    const Each = { Type: 'Map', ItemProcessor: sequence({ Pass: { Type: 'Pass' } }) }
    expect(await run(sequence({ Each }), [])).toEqual({ status: 'SUCCEEDED', output: [] })
  })

  test('has a history as on AWS, when an item fails', async () => {
    const { define, start, result, history } = await startStepFunctions()
    const ItemProcessor = {
      StartAt: 'IsThree',
      States: {
        IsThree: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 3, Next: 'Break' }], Default: 'Pass' },
        Break: { Type: 'Fail', Error: 'SomeFailure', Cause: 'It is three' },
        Pass: { Type: 'Pass', End: true },
      },
    }
    await define(sequence({ Map: { Type: 'Map', MaxConcurrency: 1, ItemProcessor } }))
    const arn = await start([1, 3, 5])
    expect(await result(arn)).toEqual({ status: 'FAILED', error: 'SomeFailure', cause: 'It is three' })
    expect(lines(await history(arn))).toEqual([
      '1 0 ExecutionStarted',
      '2 0 MapStateEntered Map',
      '3 2 MapStateStarted',
      '4 3 MapIterationStarted',
      '5 4 ChoiceStateEntered IsThree',
      '6 5 ChoiceStateExited IsThree',
      '7 6 PassStateEntered Pass',
      '8 7 PassStateExited Pass',
      '9 8 MapIterationSucceeded',
      '10 8 MapIterationStarted',
      '11 10 ChoiceStateEntered IsThree',
      '12 11 ChoiceStateExited IsThree',
      '13 12 FailStateEntered Break',
      '14 13 MapIterationFailed',
      '15 13 MapStateFailed',
      '16 15 ExecutionFailed',
    ])
  })

  test('within a branch knows its items', async () => {
    const { run } = await startStepFunctions()
    const Inner = { Type: 'Pass', Parameters: { 'index.$': '$$.Map.Item.Index' } }
    const Branch = { Type: 'Parallel', Branches: [sequence({ Inner })] }
    const Each = { Type: 'Map', ItemProcessor: sequence({ Branch }) }
    expect(await run(sequence({ Each }), ['a', 'b'])).toMatchObject({ output: [[{ index: 0 }], [{ index: 1 }]] })
  })
})
