import { describe, expect, test } from 'vitest'
import { HELP, parseOptions } from '../../../infra/local/options.ts'
import { Mistake } from '../../../infra/mistake.ts'

const defaults = {
  port: 3000,
  awsPort: 4566,
  stateDir: '.ensemble',
  fresh: false,
  watch: false,
  help: false,
  chaos: undefined,
  context: {},
}

describe('the options', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['--port', '0'], { port: 0 }],
    [['--port=65535', '--aws-port=4567'], { port: 65_535, awsPort: 4567 }],
    [['--state', '/tmp/state', '--fresh'], { stateDir: '/tmp/state', fresh: true }],
    [['-c', 'stage=prod', '-c', 'ownerEmail=a=b@c.de'], { context: { stage: 'prod', ownerEmail: 'a=b@c.de' } }],
    [['--context', 'stage='], { context: { stage: '' } }],
    [['--watch'], { watch: true }],
    [['--help'], { help: true }],
    [['--chaos=0'], { chaos: 0 }],
    [['--chaos=4294967295', '--fresh'], { chaos: 4_294_967_295, fresh: true }],
    [['--chaos', '--fresh'], { chaos: expect.any(Number), fresh: true }],
  ])('%j', (args, expected) => {
    expect(parseOptions(args, {})).toEqual({ ...defaults, ...expected })
  })

  test('take the port from the variable PORT, unless they name one', () => {
    expect(parseOptions([], { PORT: '3001' }).port).toBe(3001)
    expect(parseOptions(['--port', '3002'], { PORT: '3001' }).port).toBe(3002)
    expect(parseOptions([], { PORT: '' }).port).toBe(3000)
  })

  test('draw a seed of chaos where none is given', () => {
    const drawn = [1, 2, 3].map(() => parseOptions(['--chaos'], {}).chaos)
    expect(new Set(drawn).size).toBe(3)
    for (const seed of drawn) expect(parseOptions([`--chaos=${seed}`], {}).chaos).toBe(seed)
  })

  test('are all in the help', () => {
    for (const option of ['--port', '--aws-port', '--state', '--fresh', '-c', '--chaos[=SEED]', '--help'])
      expect(HELP).toContain(`  ${option} `)
  })
})

describe('one sentence says what is wrong with', () => {
  const ofPort = (name: string, text: string) => `${name} takes a port number from 0 to 65535, not "${text}".`
  test.each<[string[], string]>([
    [['--port', 'x'], ofPort('--port', 'x')],
    [['--port', '65536'], ofPort('--port', '65536')],
    [['--port='], ofPort('--port', '')],
    [['--port', '1.5'], ofPort('--port', '1.5')],
    [['--port', '99999999999999999999'], ofPort('--port', '99999999999999999999')],
    [['--aws-port=-1'], ofPort('--aws-port', '-1')],
    [['-c', 'stage'], '-c takes KEY=VALUE, not "stage".'],
    [['-c', '=dev'], '-c takes KEY=VALUE, not "=dev".'],
    [['--chaos=abc'], '--chaos takes a seed from 0 to 4294967295, or none to draw one, not "abc".'],
    [['--chaos=4294967296'], '--chaos takes a seed from 0 to 4294967295, or none to draw one, not "4294967296".'],
    [['--chaos', '7'], "Unexpected argument '7'. npm start -- --help lists the options."],
    [['--state='], '--state takes a folder.'],
    [['--nonsense'], "Unknown option '--nonsense'. npm start -- --help lists the options."],
    [['-p', '3000'], "Unknown option '-p'. npm start -- --help lists the options."],
    [['prod'], "Unexpected argument 'prod'. npm start -- --help lists the options."],
    [['--port'], "Option '--port <value>' argument missing. npm start -- --help lists the options."],
    [['--port', '-1'], "Option '--port' argument is ambiguous. npm start -- --help lists the options."],
    [['--fresh=yes'], "Option '--fresh' does not take an argument. npm start -- --help lists the options."],
  ])('%j', (args, message) => {
    expect(() => parseOptions(args, {})).toThrow(new Mistake(message))
  })

  test('the variable PORT', () => {
    expect(() => parseOptions([], { PORT: 'x' })).toThrow(new Mistake(ofPort('The variable PORT', 'x')))
  })
})
