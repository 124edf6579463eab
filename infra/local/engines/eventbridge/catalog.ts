import type { DatabaseSync } from 'node:sqlite'
import { AwsError, type CloudContext } from '../engine.ts'
import { createArns, DEFAULT_BUS } from './arns.ts'
import { type Collection, openCollection } from './collection.ts'
import { Archive, Bus, Replay, Rule } from './model.ts'
import {
  type CompiledPattern,
  compilePattern,
  createRuleIndex,
  InvalidEventPattern,
  type ParsedEvent,
  parseEvent,
  type RuleIndex,
} from './pattern/index.ts'

export type Catalog = ReturnType<typeof openCatalog>

/** Who takes an event: the rules that match it, and the archives that keep it. */
export interface Route {
  readonly rules: readonly Rule[]
  readonly archives: readonly Archive[]
}

const NO_ROUTE: Route = { rules: [], archives: [] }

/** Opens what exists on disk: buses, rules, archives and replays; the bus `default` exists always. `ruleChanged` is told the ARN. */
export function openCatalog(context: CloudContext, ruleChanged: (arn: string) => void) {
  const arns = createArns(context)
  const stored = openStored(context.database)
  const indexes = new Map<string, RuleIndex<string>>()
  // One index for both: a rule's key is its ARN and an archive's is its name, which has no colon.
  const indexOf = (bus: string): RuleIndex<string> => {
    const index = indexes.get(bus) ?? createRuleIndex<string>()
    indexes.set(bus, index)
    return index
  }

  const indexRule = (rule: Rule) => {
    const index = indexOf(rule.bus)
    if (rule.state === 'DISABLED' || rule.eventPattern === undefined) index.delete(rule.arn)
    else index.set(rule.arn, compile(rule.eventPattern))
  }
  const indexArchive = (archive: Archive) =>
    indexOf(archive.bus).set(archive.name, archive.eventPattern ? compile(archive.eventPattern) : EVERY_EVENT)

  if (!stored.buses.get(DEFAULT_BUS)) {
    stored.buses.put(DEFAULT_BUS, { name: DEFAULT_BUS, createdAt: context.now() })
  }
  for (const rule of stored.rules.all()) indexRule(rule)
  for (const archive of stored.archives.all()) indexArchive(archive)

  return {
    arns,
    buses: stored.buses,
    replays: stored.replays,
    rules: {
      ...stored.rules,
      of: (bus: string) => stored.rules.all().filter((rule) => rule.bus === bus),
      /** Throws if the pattern is not valid. */
      put(rule: Rule) {
        indexRule(rule)
        stored.rules.put(rule.arn, rule)
        ruleChanged(rule.arn)
      },
      delete(rule: Rule) {
        indexes.get(rule.bus)?.delete(rule.arn)
        stored.rules.delete(rule.arn)
        ruleChanged(rule.arn)
      },
    },
    archives: {
      ...stored.archives,
      /** Throws if the pattern is not valid. */
      put(archive: Archive) {
        indexArchive(archive)
        stored.archives.put(archive.name, archive)
      },
      delete(archive: Archive) {
        indexes.get(archive.bus)?.delete(archive.name)
        stored.archives.delete(archive.name)
      },
    },

    /** The bus of that name or ARN. Throws ResourceNotFoundException. */
    bus(nameOrArn: string | undefined): Bus {
      const name = arns.busName(nameOrArn)
      return stored.buses.get(name) ?? notFound(`Event bus ${name} does not exist.`)
    },

    /** Throws ResourceNotFoundException if there is no such bus, or no such rule on it. */
    rule(name: string, busNameOrArn: string | undefined): Rule {
      const bus = this.bus(busNameOrArn)
      return (
        stored.rules.get(arns.rule(bus.name, name)) ?? notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`)
      )
    },

    /** Who takes this event, given as its JSON text. */
    route(bus: string, envelope: string): Route {
      const index = indexes.get(bus)
      if (!index) return NO_ROUTE
      const keys = index.match(parseEvent(envelope))
      return { rules: keys.flatMap(found(stored.rules)), archives: keys.flatMap(found(stored.archives)) }
    },
  }
}

const openStored = (database: DatabaseSync) => ({
  buses: openCollection(database, 'bus', Bus),
  rules: openCollection(database, 'rule', Rule),
  archives: openCollection(database, 'archive', Archive),
  replays: openCollection(database, 'replay', Replay),
})

const found =
  <Value>(collection: Collection<Value>) =>
  (key: string): readonly Value[] => {
    const value = collection.get(key)
    return value === undefined ? [] : [value]
  }

const EVERY_EVENT = compilePattern('{"source":[{"exists":true}]}')

/** Compiles a pattern, or throws what PutRule, CreateArchive and TestEventPattern answer for one that is not valid. */
export function compile(pattern: string): CompiledPattern {
  try {
    return compilePattern(pattern)
  } catch (error) {
    if (!(error instanceof InvalidEventPattern)) throw error
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`)
  }
}

/** TestEventPattern's `Event`: JSON with everything an envelope has but `resources`. Throws ValidationException. */
export function readEvent(json: string): ParsedEvent {
  try {
    const event = parseEvent(json)
    if (REQUIRED.every((field) => event.leaves.has(field))) return event
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new AwsError('ValidationException', 'Parameter Event is not valid.')
}
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type']

/** Throws what EventBridge says of something that there is not. */
export function notFound(message: string): never {
  throw new AwsError('ResourceNotFoundException', message)
}
