import { createInterface } from 'node:readline/promises'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import * as z from 'zod'
import { Mistake } from '../mistake.ts'
import { type Names, namesOf } from '../names.ts'
import { readSettings } from '../settings.ts'

const COMMON = {
  'aws-port': { type: 'string' },
  aws: { type: 'boolean' },
  stage: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true },
  help: { type: 'boolean' },
} as const

const COMMON_HELP = `
  --aws-port N   the local cloud's AWS endpoint (default: the variable AWS_ENDPOINT_URL, or 4566)
  --aws          AWS itself, with the ordinary variables and profiles, instead of the local cloud
  --stage NAME   which stage (default dev); -c stage=NAME is the same
  --help         this text
`

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<Own extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: Own & typeof COMMON }>
>
type Environment = Readonly<Record<string, string | undefined>>

/** The cloud that a command works on. */
export interface Cloud {
  /** What every AWS client is made with. */
  readonly client: {
    readonly endpoint?: string
    readonly region?: string
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  }
  readonly names: Names
  readonly stage: string
  /** For people: `the local cloud at http://127.0.0.1:4566` or `AWS`. */
  readonly title: string
}

/** Is it the one on this machine? */
export const isLocal = ({ client }: Cloud): boolean => client.endpoint !== undefined

/** What a command is given. */
export interface Arguments<Own extends Options> {
  readonly values: Parsed<Own>['values']
  readonly positionals: readonly string[]
  /** The cloud that the common options choose. Throws a `Mistake` where they contradict each other. */
  readonly cloud: () => Cloud
}

/** A command of `npm run`. */
export interface Command<Own extends Options> {
  /** As it is typed, e.g. `npm run dlq --`. */
  readonly usage: string
  /** What it does and its own options; the common ones are added. */
  readonly help: string
  /** Its own options, as `parseArgs` of node:util takes them. */
  readonly options: Own
  readonly run: (given: Arguments<Own>) => Promise<void>
}

/**
 * Runs a command with this process's arguments. A person's mistake, and what the cloud refuses, becomes one sentence on
 * stderr and exit code 1.
 */
export async function runCommand<const Own extends Options>(command: Command<Own>): Promise<void> {
  let cloud: Cloud | undefined
  try {
    const { values, positionals } = readArguments(command, process.argv.slice(2))
    const common = Common.parse(values)
    if (common.help) return void process.stdout.write(`${command.help.trimEnd()}\n${COMMON_HELP}`)
    const choose = () => {
      cloud = chooseCloud(common, process.env)
      return cloud
    }
    await command.run({ values, positionals, cloud: choose })
  } catch (error) {
    process.exitCode = 1
    console.error(sentenceOf(error, cloud) ?? error)
  }
}

const Common = z.object({
  'aws-port': z.string().optional(),
  aws: z.boolean().default(false),
  help: z.boolean().default(false),
  stage: z.string().optional(),
  context: z.array(z.string()).default([]),
})

/** The arguments by name and by position; throws a `Mistake` for an option that there is not, or has no such value. */
export function readArguments<const Own extends Options>(
  { usage, options }: Pick<Command<Own>, 'usage' | 'options'>,
  args: readonly string[],
): Parsed<Own> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...options, ...COMMON } })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error)
    throw new Mistake(`${reason}. ${usage} --help lists the options.`)
  }
}

/** The cloud that the common options and the environment choose; throws a `Mistake` where they contradict each other. */
export function chooseCloud(common: z.input<typeof Common>, env: Environment): Cloud {
  const { aws, stage: named, context: pairs, 'aws-port': port } = Common.parse(common)
  const context = new Map(pairs.map(pair))
  const { stage } = readSettings((key) => (key === 'stage' ? named : undefined) ?? context.get(key))
  const names = namesOf(stage)
  if (!aws) {
    const endpoint = port === undefined ? env.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566' : local(port)
    if (!URL.canParse(endpoint)) throw new Mistake(`The variable AWS_ENDPOINT_URL is not a URL: "${endpoint}".`)
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = { endpoint, region: 'us-east-1', credentials }
    return { client, names, stage, title: `the local cloud at ${endpoint}` }
  }
  if (port !== undefined) throw new Mistake('--aws-port is a port of the local cloud: it does not go with --aws.')
  if (env.AWS_ENDPOINT_URL)
    throw new Mistake(
      `--aws means AWS itself, but the variable AWS_ENDPOINT_URL is set to ${env.AWS_ENDPOINT_URL}: unset it first.`,
    )
  return { client: {}, names, stage, title: 'AWS' }
}

const Port = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(1).max(65_535))

function local(text: string): string {
  const { data: port } = Port.safeParse(text)
  if (port === undefined) throw new Mistake(`--aws-port takes a port number from 1 to 65535, not "${text}".`)
  return `http://127.0.0.1:${port}`
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new Mistake(`-c takes KEY=VALUE, not "${text}".`)
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT'])
const Unreachable = z.looseObject({ code: z.string().refine((code) => UNREACHABLE.has(code)) })
/** The SDK puts it on whatever a service answered. */
const Answered = z.looseObject({ $metadata: z.object({}) })

/** One sentence for what a person or a cloud did; `undefined` for what is a fault of this program. */
export function sentenceOf(error: unknown, cloud: Cloud | undefined): string | undefined {
  if (error instanceof Mistake) return error.message
  if (!cloud || !(error instanceof Error)) return undefined
  const { endpoint } = cloud.client
  if (Unreachable.safeParse({ ...error }).success)
    return endpoint === undefined
      ? `AWS cannot be reached: ${error.message}.`
      : `Nothing answers at ${endpoint}: start it with npm start.`
  if (error.name === 'CredentialsProviderError') return `AWS needs credentials: ${error.message}.`
  if (error.message === 'Region is missing') return 'AWS needs a Region: set the variable AWS_REGION.'
  if (Answered.safeParse({ ...error }).success)
    return `${cloud.title.replace(/^t/, 'T')} answers ${error.name}: ${error.message}`
  return undefined
}

/**
 * Asks on the terminal, and answers whether the person said yes. Where there is no terminal, nobody can be asked:
 * `unattended` says what that means.
 */
export async function confirm(question: string, unattended: boolean): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return unattended
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl-C and Ctrl-D close it, and are a no.
  const closed = new AbortController()
  terminal.once('close', () => closed.abort())
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal: closed.signal })).trim())
  } catch {
    process.stdout.write('\n')
    return false
  } finally {
    terminal.close()
  }
}

type Cell = string | number

/** Rows under their headings, in aligned columns; numbers to the right. Every line is indented by two spaces. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (row: readonly Cell[], column: number): string => String(row[column] ?? '')
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => cell(row, column).length)),
  )
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  return [headings, ...rows]
    .map((row) =>
      widths
        .map((width, column) => cell(row, column)[isNumber[column] ? 'padStart' : 'padEnd'](width))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join('')
}
