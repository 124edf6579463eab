import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { schemaNameOf, versionedNameOf } from '../../schemas/event.ts'
import { functionEntries } from '../bundles.ts'
import { Mistake } from '../mistake.ts'
import { root } from '../paths.ts'
import { unknownName } from './closest.ts'
import { filesOf, type ImportableEvent, type NewFile } from './new-consumer-files.ts'

const USAGE = 'npm run new:consumer --'
const HELP = `Makes a consumer that works and is tested, in a folder of its own; touches no file that is there.

  ${USAGE} NAME EVENT [EVENT…]

  NAME     lower-case words with dashes, like count-confirmed
  EVENT    the events that it takes, like RegistrationConfirmed; EVENT.v1 is the first version of one that has several
  --help   this text

npm run schemas -- list shows the events.
`
const SEE_HELP = `${USAGE} --help tells more.`

// A function's name has at most 64 characters, and begins with "ensemble-", a stage of at most 20, and a dash.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const NAME_LENGTH = 64 - 'ensemble-'.length - 20 - '-'.length
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

async function main(): Promise<void> {
  const { values, positionals } = read(process.argv.slice(2))
  if (values.help) return void process.stdout.write(HELP)
  const [name, ...wanted] = positionals
  if (name === undefined) throw new Mistake(`A new consumer needs a name and the events that it takes. ${SEE_HELP}`)
  mustBeName(name)
  // Loaded only now: what is wrong with a contract is then told in its sentence.
  const { routes, events, emitters } = await import('../contracts.ts')
  mustBeFree(
    name,
    routes.map((route) => route.name),
  )
  if (wanted.length === 0)
    throw new Mistake(`Which events does ${name} take? There are ${listOf(events.map(versionedNameOf))}.`)
  const offered = await importableEvents()
  const taken = [...new Set(wanted.map((event) => find(event, offered)))]
  const files = filesOf(name, taken)
  write(files)
  tell(
    name,
    files,
    taken.map(({ contract }) => ({
      event: versionedNameOf(contract),
      from: emitters.flatMap(({ title, emits }) => (emits.includes(contract) ? [title] : [])),
    })),
  )
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { help: { type: 'boolean' } } })
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error)
    throw new Mistake(`${reason}. ${SEE_HELP}`)
  }
}

function mustBeName(name: string): void {
  if (!NAME.test(name))
    throw new Mistake(`A consumer's name is lower-case words with dashes, like count-confirmed, not "${name}".`)
  if (name.length > NAME_LENGTH)
    throw new Mistake(`A consumer's name has at most ${NAME_LENGTH} characters, and ${name} has ${name.length}.`)
  if (/-(dlq|undelivered)$/.test(name))
    throw new Mistake(`A consumer's name does not end like ${name}: queues of dead letters do.`)
  // The CDK looks a construct's id up among its siblings, in an ordinary object.
  if (name in {}) throw new Mistake(`A consumer cannot be named ${name}: every object in JavaScript has one.`)
}

function mustBeFree(name: string, routes: readonly string[]): void {
  const mustNotExist = (path: string): void => {
    if (existsSync(join(root, path))) throw new Mistake(`There is a ${path} already.`)
  }
  mustNotExist(`consumers/${name}`)
  // A stack is called after its folder, in either room.
  mustNotExist(`workflows/${name}`)
  if (routes.includes(name)) throw new Mistake(`There is a route named ${name} already, and so is its function.`)
  const same = functionEntries().find((entry) => entry.name === name)
  if (same) throw new Mistake(`There is a function named ${name} already: ${same.path}.`)
  mustNotExist(`test/unit/consumers/${name}.test.ts`)
}

/** Every event that a file in `schemas/` exports. */
async function importableEvents(): Promise<readonly ImportableEvent[]> {
  const { events, exportsOf } = await import('../contracts.ts')
  const files = globSync('schemas/*.ts', { cwd: root }).sort()
  const found = files.map(async (file) =>
    Object.entries(await exportsOf(file)).flatMap(([exportName, value]) => {
      const contract = events.find((event) => event === value)
      return contract ? [{ contract, exportName, file }] : []
    }),
  )
  return (await Promise.all(found)).flat()
}

/** By its bare name, which is its newest version, by that of a version, or by the name that the registry knows it by. */
function find(wanted: string, offered: readonly ImportableEvent[]): ImportableEvent {
  const namesOf = ({ contract }: ImportableEvent): readonly string[] => [
    contract.name,
    `${contract.name}.v${contract.version}`,
    schemaNameOf(contract),
  ]
  const found = offered
    .filter((event) => namesOf(event).includes(wanted))
    .toSorted((one, other) => other.contract.version - one.contract.version)[0]
  if (found) return found
  throw unknownName('event', wanted, [...new Set(offered.map(({ contract }) => contract.name))])
}

function write(files: readonly NewFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text, { flag: 'wx' })
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const { status, stderr } = spawnSync(biome, ['check', '--write', ...files.map(({ path }) => path)], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0)
    console.error(`The files could not be formatted; npm run lint tells more.\n${stderr ?? ''}`.trimEnd())
}

interface Origin {
  readonly event: string
  /** Who emits it, as people know them. */
  readonly from: readonly string[]
}

function tell(name: string, files: readonly NewFile[], origins: readonly Origin[]): void {
  const width = widest(files.map(({ path }) => path))
  console.log('\nCreated\n')
  for (const { path, purpose } of files) console.log(`  ${path.padEnd(width)}   ${purpose}`)
  const eventWidth = widest(origins.map(({ event }) => event))
  const from = origins.map(
    ({ event, from }) => `     ${event.padEnd(eventWidth)}   from ${from.join(', ') || 'nobody so far'}`,
  )
  console.log(`
Next

  1. Say in the test what it should do, see it fail, make the handler do it, see it pass:
     npm test -- test/unit/consumers/${name}.test.ts
  2. Start again what runs; from then on the consumer takes its events:
     npm run dev
  3. Have one come; /docs/ shows what leads to it, and /docs/api/ a command that calls that:
${from.join('\n')}
`)
}

const widest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length))
const listOf = (names: readonly string[]): string => names.toSorted().join(', ')

main().catch((error) => {
  console.error(error instanceof Mistake ? error.message : error)
  process.exitCode = 1
})
