import { expect, test } from 'vitest'
import { closest, unknownName } from '../../../infra/commands/closest.ts'
import { chooseCloud, readArguments, sentenceOf, table } from '../../../infra/commands/command-line.ts'
import { Mistake } from '../../../infra/mistake.ts'

test('the local cloud, where nothing else is said', () => {
  const { client, names, title } = chooseCloud({}, {})
  expect(client).toMatchObject({ endpoint: 'http://127.0.0.1:4566', region: 'us-east-1' })
  expect(names.bus).toBe('ensemble-dev')
  expect(title).toBe('the local cloud at http://127.0.0.1:4566')
})

test('--aws-port before the variable, the variable before the default', () => {
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' }
  expect(chooseCloud({}, env).client.endpoint).toBe('http://127.0.0.1:9000')
  expect(chooseCloud({ 'aws-port': '9001' }, env).client.endpoint).toBe('http://127.0.0.1:9001')
})

test('AWS is told nothing that its own variables do not say', () => {
  expect(chooseCloud({ aws: true }, {})).toMatchObject({ client: {}, title: 'AWS' })
})

test.each([[{ stage: 'prod' }], [{ context: ['stage=prod'] }], [{ stage: 'prod', context: ['stage=test', 'a=b'] }]])(
  'the stage of %j',
  (given) => {
    expect(chooseCloud(given, {})).toMatchObject({ stage: 'prod', names: { archive: 'ensemble-prod-archive' } })
  },
)

test.each([
  [{ 'aws-port': '0' }, {}, '--aws-port takes a port number from 1 to 65535, not "0".'],
  [{ 'aws-port': '4566', aws: true }, {}, /--aws-port is a port of the local cloud/],
  [{ aws: true }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, /AWS_ENDPOINT_URL is set to .*: unset it first/],
  [{}, { AWS_ENDPOINT_URL: 'localhost' }, /The variable AWS_ENDPOINT_URL is not a URL/],
  [{ stage: 'Not A Stage' }, {}, /^The setting stage .* must be/],
  [{ context: ['stage'] }, {}, '-c takes KEY=VALUE, not "stage".'],
])('%j is refused in a sentence', (given, env, message) => {
  expect(() => chooseCloud(given, env)).toThrow(Mistake)
  expect(() => chooseCloud(given, env)).toThrow(message)
})

test('an option that there is not is refused in a sentence that names --help', () => {
  const command = { usage: 'npm run tests --', options: { loud: { type: 'boolean' } } } as const
  expect(readArguments(command, ['one', '--loud', '--stage', 'x']).values).toEqual({ loud: true, stage: 'x' })
  expect(() => readArguments(command, ['--quiet'])).toThrow(
    new Mistake("Unknown option '--quiet'. npm run tests -- --help lists the options."),
  )
})

test('what the cloud does is told in a sentence, and what this program does wrong is not', () => {
  const cloud = chooseCloud({}, {})
  const refused = Object.assign(new Error('No such archive.'), { name: 'ResourceNotFoundException', $metadata: {} })
  const unreachable = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  expect(sentenceOf(refused, cloud)).toBe(
    'The local cloud at http://127.0.0.1:4566 answers ResourceNotFoundException: No such archive.',
  )
  expect(sentenceOf(unreachable, cloud)).toBe('Nothing answers at http://127.0.0.1:4566: start it with npm start.')
  expect(sentenceOf(unreachable, chooseCloud({ aws: true }, {}))).toBe('AWS cannot be reached: connect.')
  expect(sentenceOf(new Error('Region is missing'), chooseCloud({ aws: true }, {}))).toMatch(
    /set the variable AWS_REGION/,
  )
  expect(sentenceOf(new Mistake('Not so.'), undefined)).toBe('Not so.')
  expect(sentenceOf(new TypeError('x is not a function'), cloud)).toBeUndefined()
})

test('a table is aligned, numbers to the right', () => {
  expect(
    table(
      ['who', 'how many', 'why'],
      [
        ['a', 7, ''],
        ['bcde', 10, 'because'],
      ],
    ),
  ).toBe(['  who   how many  why', '  a            7', '  bcde        10  because', ''].join('\n'))
})

test('the closest name, where one is close', () => {
  const names = ['send-verification', 'notify-owner', 'keep-registrations']
  expect(closest('send-verfication', names)).toBe('send-verification')
  expect(closest('Notify-Owner', names)).toBe('notify-owner')
  expect(closest('something-else-altogether', names)).toBeUndefined()
  expect(closest('x', [])).toBeUndefined()
  expect(unknownName('consumer', 'notify-oner', names).message).toBe(
    'There is no consumer notify-oner: did you mean notify-owner?',
  )
  expect(unknownName('consumer', 'zzz', names).message).toBe(
    'There is no consumer zzz: there are keep-registrations, notify-owner, send-verification.',
  )
})
