import { describe, expect, test } from 'vitest'
import { until, untilTrue } from '../../support/until.ts'
import { lines, sequence, startStepFunctions, task } from './step-functions.ts'

describe('data on its way through a state', () => {
  test('InputPath, Parameters, ResultSelector, ResultPath and OutputPath', async () => {
    const { run, calls } = await startStepFunctions({ functions: { price: () => ({ total: 42.5, secret: 'x' }) } })
    const state = task('price', {
      InputPath: '$.order',
      Parameters: {
        'skus.$': '$.items[*].sku',
        'who.$': '$$.Execution.Input.user',
        fixed: [1, { 'first.$': '$.items[0]' }],
      },
      ResultSelector: { 'amount.$': '$.total' },
      ResultPath: '$.order.price',
      OutputPath: '$.order',
    })
    const order = { items: [{ sku: 'A-1' }, { sku: 'B-2' }] }
    expect(await run(sequence({ Price: state }), { user: 'ada', order })).toEqual({
      status: 'SUCCEEDED',
      output: { ...order, price: { amount: 42.5 } },
    })
    expect(calls).toEqual([
      { name: 'price', event: { skus: ['A-1', 'B-2'], who: 'ada', fixed: [1, { first: { sku: 'A-1' } }] } },
    ])
  })

  test.for<[string, object, unknown]>([
    ['ResultPath null keeps the input', { ResultPath: null }, { a: 1 }],
    ['OutputPath null is an empty object', { OutputPath: null }, {}],
    ['InputPath null is an empty object', { InputPath: null }, {}],
    ['a result replaces the input', { Result: { b: 2 } }, { b: 2 }],
    ['a result is put beside the input', { Result: 2, ResultPath: '$.b.c' }, { a: 1, b: { c: 2 } }],
    ['the context', { Parameters: { 'name.$': '$$.State.Name' } }, { name: 'Pass' }],
  ])('Pass: %s', async ([, fields, output]) => {
    const { run } = await startStepFunctions()
    expect(await run(sequence({ Pass: { Type: 'Pass', ...fields } }), { a: 1 })).toEqual({
      status: 'SUCCEEDED',
      output,
    })
  })

  test.for<[string, object, string]>([
    [
      'Parameters',
      { Parameters: { 'b.$': '$.b' } },
      `The JSONPath '$.b' specified for the field 'b.$' could not be found in the input '{"a":1}'`,
    ],
    ['InputPath', { InputPath: '$.b' }, "Invalid path '$.b' : No results for path: $['b']"],
    ['OutputPath', { OutputPath: '$.b.c' }, "Invalid path '$.b.c' : Missing property in path $['b']"],
  ])('%s that leads nowhere fails the execution', async ([, fields, why]) => {
    const { run } = await startStepFunctions()
    expect(await run(sequence({ Pass: { Type: 'Pass', ...fields } }), { a: 1 })).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'Pass' (entered at the event id #2). ${why}`,
    })
  })

  test('is not more than 256 KB', async () => {
    const { run } = await startStepFunctions()
    const Parameters = { 'b.$': "States.Format('{}{}', $.a, $.a)" }
    expect(await run(sequence({ Double: { Type: 'Pass', Parameters } }), { a: 'x'.repeat(140_000) })).toMatchObject({
      error: 'States.DataLimitExceeded',
    })
  })
})

describe('Choice', () => {
  const machine = {
    StartAt: 'Choose',
    States: {
      Choose: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.kind', StringEquals: 'order', Next: 'Order' },
          {
            And: [{ Variable: '$.n', IsPresent: true }, { Not: { Variable: '$.n', NumericLessThan: 10 } }],
            Next: 'Many',
          },
        ],
        Default: 'Other',
      },
      Order: { Type: 'Pass', Result: 'order', End: true },
      Many: { Type: 'Pass', Result: 'many', End: true },
      Other: { Type: 'Succeed' },
    },
  }

  test.for<[unknown, unknown]>([
    [{ kind: 'order' }, 'order'],
    [{ kind: 'x', n: 10 }, 'many'],
    [
      { kind: 'x', n: 9 },
      { kind: 'x', n: 9 },
    ],
    [{ kind: null }, { kind: null }],
  ])('%j goes its way', async ([input, output]) => {
    const { run } = await startStepFunctions()
    expect(await run(machine, input)).toEqual({ status: 'SUCCEEDED', output })
  })

  test('fails if its variable is missing, and if no rule holds', async () => {
    const { run } = await startStepFunctions()
    expect(await run(machine, {})).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining("Invalid path '$.kind' : No results for path: $['kind']"),
    })
    const { Choose, Order } = machine.States
    const Choices = Choose.Choices.slice(0, 1)
    expect(
      await run({ StartAt: 'Choose', States: { Choose: { Type: 'Choice', Choices }, Order } }, { kind: 'x' }),
    ).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    })
  })
})

describe('Fail', () => {
  test('with fixed texts', async () => {
    const { run, history, start } = await startStepFunctions()
    const Fail = { Type: 'Fail', Error: 'OutOfStock', Cause: 'There is none left' }
    expect(await run(sequence({ Fail }))).toEqual({
      status: 'FAILED',
      error: 'OutOfStock',
      cause: 'There is none left',
    })
    const arn = await start()
    await until(async () =>
      expect(lines(await history(arn))).toEqual([
        '1 0 ExecutionStarted',
        '2 0 FailStateEntered Fail',
        '3 2 ExecutionFailed',
      ]),
    )
  })

  test('with texts from the input', async () => {
    const { run } = await startStepFunctions()
    const Fail = { Type: 'Fail', ErrorPath: '$.error', CausePath: "States.Format('Order {}', $.id)" }
    expect(await run(sequence({ Fail }), { error: 'E', id: 7 })).toEqual({
      status: 'FAILED',
      error: 'E',
      cause: 'Order 7',
    })
  })
})

describe('Wait', () => {
  test.for<[string, object, object]>([
    ['seconds', { Seconds: 0 }, {}],
    ['seconds of the input', { SecondsPath: '$.s' }, { s: 0 }],
    ['a time that has come', { Timestamp: '2020-01-31T12:00:00Z' }, {}],
    ['a time of the input', { TimestampPath: '$.t' }, { t: '2020-01-31T12:00:00.123+02:00' }],
  ])('for %s', async ([, fields, input]) => {
    const { run } = await startStepFunctions()
    expect(await run(sequence({ Wait: { Type: 'Wait', ...fields } }), input)).toEqual({
      status: 'SUCCEEDED',
      output: input,
    })
  })

  test('lasts as long as it says', async () => {
    const { define, start, engine } = await startStepFunctions()
    await define(sequence({ Wait: { Type: 'Wait', Seconds: 1 } }))
    const began = Date.now()
    const arn = await start()
    await untilTrue(() => engine.execution(arn)?.status !== 'RUNNING')
    const { stoppedAt = 0 } = engine.execution(arn) ?? {}
    expect(stoppedAt - began).toBeGreaterThanOrEqual(1000)
  })

  test.for<[object, string]>([
    [{ s: -1 }, 'The SecondsPath parameter references a negative value: $.s == -1'],
    [{ s: 1.5 }, 'The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5'],
  ])('%j is no time', async ([input, cause]) => {
    const { run } = await startStepFunctions()
    expect(await run(sequence({ Wait: { Type: 'Wait', SecondsPath: '$.s' } }), input)).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining(cause),
    })
  })
})
