import { join } from 'node:path'
import * as z from 'zod'
import { type EventContract, versionedNameOf } from '../../schemas/event.ts'
import type { ConsumerFolder, Emitter } from '../contracts.ts'
import { Mistake } from '../mistake.ts'
import { root } from '../paths.ts'
import { unknownName } from './closest.ts'
import { type Arguments, runCommand, table } from './command-line.ts'
import { type Finding, findingsOf, publish } from './published-schemas.ts'
import { checkout, type Listed, registry, type SchemaSource } from './schema-sources.ts'

const USAGE = 'npm run schemas --'
const HELP = `Browses the contracts of the events, and keeps them from breaking.

  ${USAGE} list          every event: its version, who emits it, who consumes it
  ${USAGE} show EVENT    one event: what it says, an example, its JSON Schema; EVENT.v2 is its second version
  ${USAGE} check         compares schemas/ with schemas/published/; exit code 1 if a change would break
                                   a consumer or an archived event
  ${USAGE} publish       writes to schemas/published/ what is new, or has changed and breaks nobody

list and show read the schema registry of the cloud. Where no cloud is named and none runs, they show what this checkout
declares. check and publish need no cloud.

  --checkout     show what this checkout declares, whatever is deployed
`
const SEE_HELP = `${USAGE} --help tells more.`
const PUBLISHED = join(root, 'schemas/published')
const OPTIONS = { checkout: { type: 'boolean' } } as const

/** What the checkout says about events. */
interface Checkout {
  readonly events: readonly EventContract[]
  readonly emitters: readonly Emitter[]
  readonly consumers: readonly ConsumerFolder[]
}

async function run(given: Arguments<typeof OPTIONS>): Promise<void> {
  const [action, event, ...more] = given.positionals
  const excess = action === 'show' ? more[0] : event
  if (excess !== undefined) throw new Mistake(`schemas ${action} does not take "${excess}". ${SEE_HELP}`)
  // Loaded only now: what is wrong with a contract is then told in its sentence.
  const declared: Checkout = await import('../contracts.ts')
  switch (action) {
    case 'list':
      return list(await sourceOf(given, declared), declared)
    case 'show':
      if (event === undefined) throw new Mistake(`schemas show takes the name of an event. ${USAGE} list tells which.`)
      return show(event, await sourceOf(given, declared), declared)
    case 'check':
      return check(declared.events)
    case 'publish':
      return tellPublished(publish(declared.events, PUBLISHED))
    default:
      throw new Mistake(
        `schemas takes list, show EVENT, check or publish${action ? `, not "${action}"` : ''}. ${SEE_HELP}`,
      )
  }
}

/** The registry; the checkout where that is wanted, or where no cloud was named and none runs. */
async function sourceOf(
  { values, cloud: choose }: Arguments<typeof OPTIONS>,
  { events }: Checkout,
): Promise<SchemaSource> {
  if (values.checkout) return checkout(events)
  const cloud = choose()
  try {
    return await registry(cloud)
  } catch (error) {
    const isNamed = values.aws || values['aws-port'] !== undefined || process.env.AWS_ENDPOINT_URL
    if (isNamed || !isRefusedConnection(error)) throw error
    console.error(`Nothing answers at ${cloud.client.endpoint}, so this is what the checkout declares.`)
    return checkout(events)
  }
}

const isRefusedConnection = (error: unknown): boolean =>
  error instanceof Error && z.object({ code: z.literal('ECONNREFUSED') }).safeParse({ ...error }).success

function list({ title, events }: SchemaSource, declared: Checkout): void {
  const rows = events.map(({ name, context }) => [
    baseOf(name),
    `v${versionOf(name)}`,
    context,
    emittersOf(name, declared).join(', ') || '-',
    consumersOf(name, declared).join(', ') || '-',
  ])
  const count = `${events.length} event${events.length === 1 ? '' : 's'}`
  console.log(`\n${count} in ${title}\n`)
  console.log(table(['EVENT', 'VERSION', 'CONTEXT', 'EMITTED BY', 'CONSUMED BY'], rows))
}

async function show(wanted: string, { title, events }: SchemaSource, declared: Checkout): Promise<void> {
  const event = find(wanted, events)
  const { summary, schema, revisions } = await event.read()
  const { name, context } = event
  const others = events.filter((other) => other.context === context && baseOf(other.name) === baseOf(name))
  const contract = declared.events.find((one) => versionedNameOf(one) === name && one.context === context)
  const facts = [
    ['version', others.map(({ name: other }) => mark(versionOf(other), other === name, others.length)).join(', ')],
    ['source', `ensemble.${context}`],
    ['emitted by', emittersOf(name, declared).join(', ') || '-'],
    ['consumed by', consumersOf(name, declared).join(', ') || '-'],
    ['schema from', title + (revisions.length > 1 ? `, its revision ${revisions.at(-1)}` : '')],
  ]
  console.log(`\n${baseOf(name)}\n${summary}\n`)
  for (const [fact = '', value = ''] of facts) console.log(`  ${fact.padEnd(13)}${value}`)
  if (contract) console.log(`\nexample of its data\n\n${JSON.stringify(contract.example, null, 2)}`)
  console.log(`\nJSON Schema\n\n${JSON.stringify(schema, null, 2)}\n`)
}

const mark = (version: number, isShown: boolean, count: number): string =>
  isShown && count > 1 ? `${version} (shown)` : String(version)

/** By any of its names: `EmailVerified`, `EmailVerified.v1`, `ensemble.registrations@EmailVerified`. Bare: the newest. */
function find(wanted: string, events: readonly Listed[]): Listed {
  const name = wanted.replace(/^.*@/, '')
  const versions = events.filter((event) => `${baseOf(event.name)}.v${versionOf(event.name)}` === name)
  const found =
    versions[0] ??
    events
      .filter((event) => baseOf(event.name) === name)
      .sort(byVersion)
      .at(-1)
  if (found) return found
  throw unknownName('event', wanted, [...new Set(events.map((event) => event.name))])
}

const baseOf = (name: string): string => name.replace(/\.v\d+$/, '')
const versionOf = (name: string): number => Number(/\.v(\d+)$/.exec(name)?.[1] ?? 1)
const byVersion = (one: Listed, other: Listed): number => versionOf(one.name) - versionOf(other.name)

const has = (events: readonly EventContract[], name: string): boolean =>
  events.some((event) => versionedNameOf(event) === name)

const emittersOf = (name: string, { emitters }: Checkout): readonly string[] =>
  emitters.filter(({ emits }) => has(emits, name)).map(({ title }) => title)

const consumersOf = (name: string, { consumers }: Checkout): readonly string[] =>
  consumers.filter(({ declaration }) => has(declaration.events, name)).map((consumer) => consumer.name)

function check(contracts: readonly EventContract[]): void {
  const findings = findingsOf(contracts, PUBLISHED)
  tell(findings)
  const breaking = findings.filter(({ kind }) => kind === 'breaking').length
  if (breaking > 0) process.exitCode = 1
  console.log(`${contracts.length} contracts, ${breaking} breaking change${breaking === 1 ? '' : 's'}`)
}

function tellPublished(findings: readonly Finding[]): void {
  const breaking = findings.filter(({ kind }) => kind === 'breaking')
  tell(breaking)
  if (breaking.length > 0) process.exitCode = 1
  const written = findings.filter(({ kind }) => kind !== 'breaking')
  for (const { file } of written) console.log(`written     schemas/published/${file}`)
  if (findings.length === 0) console.log('Every contract is published as it is.')
}

function tell(findings: readonly Finding[]): void {
  for (const { kind, file, text } of findings) console.log(`${kind.padEnd(11)} ${file.replace(/\.json$/, '')}: ${text}`)
}

await runCommand({ usage: USAGE, help: HELP, options: OPTIONS, run })
