import { describe, expect, test } from 'vitest'
import { resolve, type Scope } from '../../../infra/local/assembly/intrinsics.ts'

const scope: Scope = {
  ref: async (id) => `ref:${id}`,
  attribute: async (id, name) => `${id}.${name}`,
  importValue: async (name) => `import:${name}`,
  stackOutput: async (stack, output) => `${stack}/${output}`,
  pseudo: { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '000000000000' },
}

/** What Fn::Sub takes: `<A>` for a variable. */
const template = (text: string) => text.replaceAll('<', '$' + '{').replaceAll('>', '}')

describe('an intrinsic function is resolved:', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref', { Ref: 'Table' }, 'ref:Table'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a name that objects have', { Ref: 'constructor' }, 'ref:constructor'],
    ['GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table.Stream.Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', 1, { Ref: 'B' }]] }, 'a-1-ref:B'],
    ['Join of a list from elsewhere', { 'Fn::Join': ['+', { 'Fn::Split': ['-', 'a-b'] }] }, 'a+b'],
    ['Join without what is not there', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    ['Split', { 'Fn::Split': [':', { 'Fn::GetAtt': ['A', 'x:y'] }] }, ['A.x', 'y']],
    ['Select', { 'Fn::Select': [1, ['a', { Ref: 'B' }]] }, 'ref:B'],
    ['Select with a text for a number', { 'Fn::Select': ['0', { 'Fn::Split': ['/', 'a/b'] }] }, 'a'],
    [
      'Sub',
      { 'Fn::Sub': template('<Table>/<Table.Arn>/<AWS::Region>/<!Kept>') },
      template('ref:Table/Table.Arn/us-east-1/<Kept>'),
    ],
    ['Sub with values', { 'Fn::Sub': [template('<a><B><a>'), { a: { Ref: 'A' } }] }, 'ref:Aref:Bref:A'],
    ['Sub with $ and {}', { 'Fn::Sub': 'a$b{c}$' }, 'a$b{c}$'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Join': [':', ['core', 'Bus']] } }, 'import:core:Bus'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'core', OutputName: 'Bus' } }, 'core/Bus'],
    [
      'functions in functions',
      {
        'Fn::Select': [
          { 'Fn::Select': [0, ['1']] },
          { 'Fn::Split': [',', { 'Fn::Join': [',', ['a', { 'Fn::Sub': template('<B>') }]] }] },
        ],
      },
      'ref:B',
    ],
  ])('%s', async (_, value, resolved) => {
    expect(await resolve(value, scope)).toEqual(resolved)
  })
})

describe('a value keeps its shape:', () => {
  test.each<[string, unknown, unknown]>([
    ['texts, numbers, booleans and null', ['a', 1, true, null], ['a', 1, true, null]],
    ['objects and lists within', { a: [{ b: { Ref: 'C' } }] }, { a: [{ b: 'ref:C' }] }],
    ['an object that has a Ref beside others', { Ref: 'A', Other: 1 }, { Ref: 'A', Other: 1 }],
    ['a property without a value is left out', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['an item without a value is left out', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    ['nothing but no value', { Ref: 'AWS::NoValue' }, undefined],
    ['empty ones', { a: {}, b: [] }, { a: {}, b: [] }],
    [
      'the condition of a policy statement',
      { Statement: { Condition: { Bool: { 'aws:SecureTransport': 'false' } } } },
      { Statement: { Condition: { Bool: { 'aws:SecureTransport': 'false' } } } },
    ],
  ])('%s', async (_, value, resolved) => {
    expect(await resolve(value, scope)).toEqual(resolved)
  })
})

describe('what can not be resolved is told of by name:', () => {
  test.each<[unknown, string | RegExp]>([
    [{ 'Fn::If': ['A', 1, 2] }, 'The intrinsic function Fn::If is not supported locally'],
    [{ 'Fn::FindInMap': ['A', 'B', 'C'] }, 'The intrinsic function Fn::FindInMap is not supported locally'],
    [{ 'Fn::Transform': {} }, 'The intrinsic function Fn::Transform is not supported locally'],
    [{ 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select: there is no item 2 in a list of 2'],
    [{ 'Fn::Select': [-1, ['a', 'b']] }, 'Fn::Select: there is no item -1 in a list of 2'],
  ])('%j', async (value, message) => {
    await expect(resolve({ deep: [value] }, scope)).rejects.toThrow(message)
  })
})
