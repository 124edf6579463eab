import { describe, expect, test } from 'vitest'
import { checkRule, holds } from '../../../infra/local/engines/step-functions/choice.ts'
import { evaluate, parseCall } from '../../../infra/local/engines/step-functions/intrinsic.ts'
import type { Json } from '../../../infra/local/engines/step-functions/json.ts'
import { find, parsePath, place, valueAt } from '../../../infra/local/engines/step-functions/path.ts'

const roots = (input: Json, context: Json = null) => ({ input, context })

describe('paths', () => {
  const input = {
    a: { 'b c': [10, 20, 30, 40], d: null },
    items: [
      { sku: 'A-1', qty: 2, tags: ['x'] },
      { sku: 'B-2', qty: 5 },
    ],
  }

  test.for<[string, Json | undefined]>([
    ['$', input],
    ['$.a.d', null],
    ["$.a['b c'][1]", 20],
    ['$["a"]["b c"][-1]', 40],
    ['$.a.none', undefined],
    ['$.a.d.e', undefined],
    ["$.a['b c'][1:3]", [20, 30]],
    ["$.a['b c'][-2:]", [30, 40]],
    ["$.a['b c'][0,2]", [10, 30]],
    ['$.items[*].sku', ['A-1', 'B-2']],
    ['$.items.*.qty', [2, 5]],
    ['$..sku', ['A-1', 'B-2']],
    ['$..[0]', [10, { sku: 'A-1', qty: 2, tags: ['x'] }, 'x']],
    ['$.items[?(@.qty > 2)].sku', ['B-2']],
    ["$.items[?(@.sku == 'A-1' && @.qty <= 2)].qty", [2]],
    ["$.items[?(!@.tags || @.tags[0] == 'y')].sku", ['B-2']],
    ['$.items[?(@.tags)].sku', ['A-1']],
    ['$.items[?(@.qty > 9)]', []],
    ['$$.Execution.Name', 'one'],
  ])('%s', ([path, value]) => {
    expect(find(parsePath(path), roots(input, { Execution: { Name: 'one' } }))).toEqual(value)
  })

  test.for(['a', '$a', '$.', '$.a[', '$.a[x]', '$.a b', '$.a[?(@.b ==)]', '$.a[?(@.b > 1]'])('%s is none', (path) => {
    expect(() => parsePath(path)).toThrow(SyntaxError)
  })

  test.for<[string, Json, Json]>([
    ['$', { a: 1 }, 'x'],
    ['$.b', { a: 1 }, { a: 1, b: 'x' }],
    ['$.a.b.c', { a: { d: 1 } }, { a: { d: 1, b: { c: 'x' } } }],
    ['$.a[1]', { a: [1, 2, 3] }, { a: [1, 'x', 3] }],
  ])('something is placed at %s', ([path, target, result]) => {
    expect(place(path, target, 'x')).toEqual(result)
  })

  test('nothing is placed in what is no object', () => {
    expect(() => place('$.a.b', { a: 1 }, 'x')).toThrow('Unable to apply step "a.b" to input {"a":1}')
    expect(() => place('$.a[3]', { a: [1] }, 'x')).toThrow('Unable to apply step')
  })

  test('what is missing is named', () => {
    expect(() => valueAt('$.a.x', roots(input))).toThrow("Invalid path '$.a.x' : No results for path: $['a']['x']")
    expect(() => valueAt('$.x.y.z', roots(input))).toThrow("Invalid path '$.x.y.z' : Missing property in path $['x']")
  })
})

describe('intrinsic functions', () => {
  // What AWS has answered to the same.
  test.for<[string, Json, Json]>([
    ["States.Format('Formatting argument {}.', $)", 1.1, 'Formatting argument 1.1.'],
    ["States.Format('{} and {}', $, 'x')", { Arg1: 1, Arg2: [] }, '{Arg1=1, Arg2=[]} and x'],
    ["States.Format('{}', $)", null, 'null'],
    ["States.Format('It\\'s \\{{}\\}', 'x')", null, "It's {x}"],
    ['States.StringToJson($)', '', null],
    ['States.StringToJson($)', '{"Arg1": 1, "Arg2": []}', { Arg1: 1, Arg2: [] }],
    ['States.JsonToString($)', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
    ['States.Array()', 'x', []],
    ['States.Array($.a, 1, null, true)', { a: 'x' }, ['x', 1, null, true]],
    ['States.ArrayPartition($, 2)', [0, 1, 2], [[0, 1], [2]]],
    ['States.ArrayPartition($, 4)', [], []],
    ['States.ArrayContains($.l, $.x)', { l: [{ a: 1, b: [] }], x: { b: [], a: 1 } }, true],
    ['States.ArrayContains($.l, $.x)', { l: [[1, 2]], x: [2, 1] }, false],
    ['States.ArrayRange(1, 9, 2)', null, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(0, 10, 3)', null, [0, 3, 6, 9]],
    ['States.ArrayGetItem($, 5)', [1, 2, 3, 4, 5, 6], 6],
    ['States.ArrayLength($)', [1, 2, 3], 3],
    [
      'States.ArrayUnique($)',
      [1, 1, '1', [null], [null], { a: 1, b: 2 }, { b: 2, a: 1 }],
      [1, '1', [null], { a: 1, b: 2 }],
    ],
    ['States.Base64Encode($)', 'Data to encode', 'RGF0YSB0byBlbmNvZGU='],
    ['States.Base64Decode($)', 'RGF0YSB0byBlbmNvZGU=', 'Data to encode'],
    ["States.Hash('input data', 'MD5')", null, '812f45842bc6d66ee14572ce20db8e86'],
    ['States.JsonMerge($.a, $.b, false)', { a: { x: { y: 1 }, z: 1 }, b: { x: { w: 2 } } }, { x: { w: 2 }, z: 1 }],
    ['States.MathAdd($, 1.5)', 1.49, 3],
    ['States.MathAdd($, -1.51)', -1.5, -3],
    ["States.StringSplit($, '.+,=')", 'This.is+a,test=string', ['This', 'is', 'a', 'test', 'string']],
    ["States.StringSplit($, ',')", ', , ,', [' ', ' ']],
    ["States.Array(States.Format('{}', $$.Execution.Name), States.MathAdd(1, 2))", null, ['one', 3]],
  ])('%s of %j', ([call, input, result]) => {
    expect(evaluate(parseCall(call), roots(input, { Execution: { Name: 'one' } }))).toEqual(result)
  })

  test('chance', () => {
    const ask = (call: string) => evaluate(parseCall(call), roots(null))
    expect(ask('States.UUID()')).toMatch(/^[0-9a-f-]{36}$/)
    expect(ask('States.UUID()')).not.toBe(ask('States.UUID()'))
    expect(ask('States.MathRandom(5, 6)')).toBe(5)
    expect(ask('States.MathRandom(0, 999, 3)')).toBe(ask('States.MathRandom(0, 999, 3)'))
  })

  test.for([
    "States.Format('{} {}', 1)",
    'States.ArrayPartition($, 0)',
    "States.Hash('x', 'MD4')",
    'States.JsonMerge($, $, true)',
    "States.StringToJson('{')",
    'States.ArrayRange(0, 5000, 1)',
  ])('%s fails with a name of its own', (call) => {
    expect(() => evaluate(parseCall(call), roots([1]))).toThrow(
      expect.objectContaining({ error: 'States.IntrinsicFailure' }),
    )
  })

  test.for([
    'States.Sum(1)',
    "States.Format('x'",
    'Format(1)',
    "States.Format('x') y",
    'States.Array(1,)',
    `States.Array($[${"'".repeat(99)}`,
  ])('%s is none', (call) => {
    expect(() => parseCall(call)).toThrow(SyntaxError)
  })
})

describe('rules of a Choice', () => {
  const time = '2026-01-31T12:00:00Z'
  test.for<[object, Json, boolean]>([
    [{ StringEquals: 'a' }, 'a', true],
    [{ StringEquals: '1' }, 1, false],
    [{ StringLessThan: 'b' }, 'a', true],
    [{ StringMatches: 'log-*.tx\\*' }, 'log-1.tx*', true],
    [{ StringMatches: 'log-*.txt' }, 'log-1.txtx', false],
    [{ NumericEquals: 3 }, 3.0, true],
    [{ NumericGreaterThanEquals: 3 }, 3, true],
    [{ NumericLessThan: 3 }, '2', false],
    [{ BooleanEquals: false }, false, true],
    [{ TimestampEquals: time }, '2026-01-31T13:00:00.000+01:00', true],
    [{ TimestampLessThan: time }, '2026-01-31', false],
    [{ NumericEqualsPath: '$.other' }, 7, true],
    [{ IsNull: true }, null, true],
    [{ IsNumeric: false }, 'x', true],
    [{ IsString: true }, 'x', true],
    [{ IsTimestamp: true }, time, true],
    [{ IsTimestamp: true }, '2026-13-31T12:00:00Z', false],
    [{ IsPresent: true }, null, true],
  ])('%j of %j', ([comparison, value, result]) => {
    const rule = { Variable: '$.value', ...comparison }
    checkRule(rule)
    expect(holds(rule, roots({ value, other: 7 }))).toBe(result)
  })

  test.for<[Json]>([
    [{ Variable: '$.a' }],
    [{ Variable: '$.a', StringEquals: 'x', IsNull: true }],
    [{ StringEquals: 'x' }],
    [{ And: [] }],
    [{ Not: { Variable: '$.a', IsStringPath: '$.b' } }],
  ])('%j is none', ([rule]) => {
    expect(() => checkRule(rule)).toThrow(SyntaxError)
  })
})
