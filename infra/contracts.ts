import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { type EventContract, schemaNameOf } from '../schemas/event.ts'
import type { FunctionContract } from '../schemas/function.ts'
import type { RouteContract } from '../schemas/route.ts'
import type { FunctionEntry } from './bundles.ts'
import { Mistake } from './mistake.ts'
import { root } from './paths.ts'
import type { ConsumerDeclaration } from './runtime/consumer.ts'
import type { WorkflowDeclaration } from './runtime/workflow.ts'

/** A folder in `consumers/`. */
export interface ConsumerFolder {
  readonly name: string
  readonly declaration: ConsumerDeclaration
  /** What its other functions are that emit. */
  readonly functions: readonly FunctionContract[]
  /** The file that adds what is special about its infrastructure, if there is anything. */
  readonly infrastructure: string | undefined
}

/** A folder in `workflows/`. */
export interface WorkflowFolder {
  readonly name: string
  readonly declaration: WorkflowDeclaration
}

const Exports = z.record(z.string(), z.unknown())
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isEvent = (value: unknown): value is EventContract => isObject(value) && 'context' in value && 'version' in value
const isRoute = (value: unknown): value is RouteContract => isObject(value) && 'method' in value && 'responses' in value
const isFunction = (value: unknown): value is FunctionContract =>
  isObject(value) && 'name' in value && 'does' in value && 'emits' in value
const isConsumer = (value: unknown): value is ConsumerDeclaration =>
  isObject(value) && 'does' in value && 'events' in value

const isWorkflow = (value: unknown): value is WorkflowDeclaration =>
  isObject(value) && 'does' in value && 'emits' in value

/** What the module at a path (relative to the repository) exports. */
export const exportsOf = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
  Exports.parse({ ...(await import(pathToFileURL(join(root, path)).href)) })

const files = await Promise.all(
  globSync('schemas/*.ts', { cwd: root })
    .sort()
    .map(async (file) => ({ name: basename(file, '.ts'), exported: Object.values(await exportsOf(file)) })),
)
const exported = files.flatMap((file) => file.exported)

/** Every event that any file in `schemas/` declares. */
export const events: readonly EventContract[] = distinct(exported.filter(isEvent), schemaNameOf, 'event')

/** Every route that any file in `schemas/` declares. */
export const routes: readonly RouteContract[] = distinct(exported.filter(isRoute), ({ name }) => name, 'route')

/** What one file in `schemas/` declares. */
export interface Context {
  /** Of the file, e.g. `registrations`. */
  readonly name: string
  readonly events: readonly EventContract[]
  readonly routes: readonly RouteContract[]
}

/** Every file in `schemas/` that declares an event or a route. */
export const contexts: readonly Context[] = files
  .map((file) => ({
    name: file.name,
    events: events.filter((event) => file.exported.includes(event)),
    routes: routes.filter((route) => file.exported.includes(route)),
  }))
  .filter((context) => context.events.length + context.routes.length > 0)

/** Every function behind no route that any file in `schemas/` declares: the triggers among the producers. */
const triggers: readonly FunctionContract[] = distinct(exported.filter(isFunction), ({ name }) => name, 'function')

/** Every folder in `consumers/`: being there is the registration. Reads what they declare and none of their code. */
export const consumers: readonly ConsumerFolder[] = await Promise.all(
  globSync('consumers/*/', { cwd: root }).sort().map(consumerIn),
)

async function consumerIn(folder: string): Promise<ConsumerFolder> {
  const file = join(folder, 'consumer.ts')
  if (!existsSync(join(root, file)))
    throw new Mistake(`There is no ${file}: it must say which events the consumer takes.`)
  const { consumer, ...others } = await exportsOf(file)
  if (!isConsumer(consumer)) throw new Mistake(`${file} must export \`consumer\`, made by defineConsumer.`)
  const infrastructure = join(folder, 'infrastructure.ts')
  return {
    name: basename(folder),
    declaration: consumer,
    functions: Object.values(others).filter(isFunction),
    infrastructure: existsSync(join(root, infrastructure)) ? infrastructure : undefined,
  }
}

/** Every folder in `workflows/`. */
export const workflows: readonly WorkflowFolder[] = await Promise.all(
  globSync('workflows/*/', { cwd: root }).sort().map(workflowIn),
)

async function workflowIn(folder: string): Promise<WorkflowFolder> {
  const file = join(folder, 'workflow.ts')
  if (!existsSync(join(root, file))) throw new Mistake(`There is no ${file}: it must say what the workflow does.`)
  const { workflow } = await exportsOf(file)
  if (!isWorkflow(workflow)) throw new Mistake(`${file} must export \`workflow\`, made by defineWorkflow.`)
  return { name: basename(folder), declaration: workflow }
}

/** Whoever puts events on the bus. */
export interface Emitter {
  /** Of its function, without the stage; of a workflow, that with `-workflow`. */
  readonly name: string
  readonly kind: 'route' | 'consumer' | 'function' | 'workflow'
  /** What people know it by: a route by its method and path, all others by their names. */
  readonly title: string
  /** One sentence: its job. */
  readonly does: string
  readonly emits: readonly EventContract[]
  /** The consumer in whose folder it is, if it is a function in one. */
  readonly consumer?: string
}

/** Everybody who declares that it emits. A further kind of declaration is added here, and known to all who ask. */
export const emitters: readonly Emitter[] = [
  ...routes.map(emittingRoute),
  ...triggers.map((contract) => emittingFunction(contract)),
  ...consumers.flatMap(({ name, declaration: { does, emits = [] }, functions }): readonly Emitter[] => [
    { name, kind: 'consumer', title: name, does, emits },
    ...functions.map((contract) => ({ ...emittingFunction(contract), consumer: name })),
  ]),
  ...workflows.map(emittingWorkflow),
].filter(({ emits }) => emits.length > 0)

function emittingRoute({ name, method, path, summary, emits = [] }: RouteContract): Emitter {
  return { name, kind: 'route', title: `${method} ${path}`, does: summary, emits }
}

function emittingFunction({ name, does, emits }: FunctionContract): Emitter {
  return { name, kind: 'function', title: name, does, emits }
}

/** A workflow may have the name of the route that it all begins with. */
function emittingWorkflow({ name, declaration: { does, emits } }: WorkflowFolder): Emitter {
  return { name: `${name}-workflow`, kind: 'workflow', title: `${name} workflow`, does, emits }
}

function distinct<Contract>(contracts: readonly Contract[], nameOf: (contract: Contract) => string, kind: string) {
  const unique = [...new Set(contracts)]
  for (const [name, same = []] of Object.entries(Object.groupBy(unique, nameOf))) {
    if (same.length > 1) throw new Mistake(`The ${kind} ${name} is declared twice.`)
  }
  return unique
}

/** A route with the file that answers it. */
export interface RouteFunction {
  readonly route: RouteContract
  readonly entry: FunctionEntry
}

/**
 * Which file answers which route: the one that has its name, in `producers/` or in a consumer's folder.
 * Throws a `Mistake` for a route that no file answers, and for a producer that is neither a route nor a trigger.
 */
export function routeFunctions(entries: readonly FunctionEntry[]): readonly RouteFunction[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const answered = routes.map((route) => {
    const entry = byName.get(route.name)
    if (!entry) throw new Mistake(`Nothing answers the route ${route.name}: there is no producers/${route.name}.ts.`)
    return { route, entry }
  })
  const declared = new Set([...routes, ...triggers].map(({ name }) => name))
  const idle = entries.find(({ name, path }) => dirname(path) === 'producers' && !declared.has(name))
  if (idle) throw new Mistake(`${idle.path} answers no route: schemas/ declares none that is named ${idle.name}.`)
  return answered
}
