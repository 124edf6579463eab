import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { Mistake } from '../mistake.ts'

export const HELP = `Runs Ensemble on this machine.

  npm start -- [options]

  --port N       the site and its API (default 3000, or the variable PORT); 0 takes a free port
  --aws-port N   the AWS endpoint (default 4566); 0 takes a free port
  --state DIR    where everything is kept between starts (default .ensemble)
  --fresh        start from empty state
  -c KEY=VALUE   CDK context, as cdk takes it: stage, registrationTtlSeconds, orderTtlSeconds, ownerEmail, senderEmail
  --chaos[=SEED] deliveries come twice, late and out of order, and functions fail; a seed repeats it
  --help         this text
`

export interface Options {
  readonly port: number
  readonly awsPort: number
  readonly stateDir: string
  readonly fresh: boolean
  readonly watch: boolean
  readonly help: boolean
  /** The seed of what goes wrong on purpose, if anything is to. */
  readonly chaos: number | undefined
  readonly context: Readonly<Record<string, string>>
}

const MAX_SEED = 2 ** 32 - 1
const Seed = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(MAX_SEED))
const Port = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(65_535))

/** Throws `Mistake`, one sentence, for whatever is not an option or not a value that it takes. */
export function parseOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parse(args)
  return {
    port: values.port === undefined ? port('The variable PORT', env.PORT || '3000') : port('--port', values.port),
    awsPort: port('--aws-port', values['aws-port'] ?? '4566'),
    stateDir: folder(values.state ?? '.ensemble'),
    fresh: values.fresh ?? false,
    watch: values.watch ?? false,
    help: values.help ?? false,
    chaos: values.chaos === undefined ? undefined : seed(values.chaos),
    context: Object.fromEntries((values.context ?? []).map(pair)),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      // An option whose value may be left out is none that Node knows.
      args: args.map((arg) => (arg === '--chaos' ? '--chaos=' : arg)),
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        'aws-port': { type: 'string' },
        state: { type: 'string' },
        fresh: { type: 'boolean' },
        watch: { type: 'boolean' },
        help: { type: 'boolean' },
        chaos: { type: 'string' },
        context: { type: 'string', short: 'c', multiple: true },
      },
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error)
    throw new Mistake(`${reason}. npm start -- --help lists the options.`)
  }
}

function port(name: string, text: string): number {
  const parsed = Port.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Mistake(`${name} takes a port number from 0 to 65535, not "${text}".`)
}

/** Any, if none is given. */
function seed(text: string): number {
  if (text === '') return randomInt(MAX_SEED + 1)
  const parsed = Seed.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Mistake(`--chaos takes a seed from 0 to ${MAX_SEED}, or none to draw one, not "${text}".`)
}

/** Empty, it would mean the folder that this is started in: from a variable that is not set, most likely. */
function folder(text: string): string {
  if (text !== '') return text
  throw new Mistake('--state takes a folder.')
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new Mistake(`-c takes KEY=VALUE, not "${text}".`)
}
