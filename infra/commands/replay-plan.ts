import * as z from 'zod'
import type { ConsumerFolder } from '../contracts.ts'
import { Mistake } from '../mistake.ts'
import { unknownName } from './closest.ts'
import { type Cloud, isLocal, table } from './command-line.ts'

/** What a person asked for. */
export interface ReplayRequest {
  readonly from: Date | undefined
  readonly to: Date | undefined
  readonly consumers: readonly string[]
  readonly events: readonly string[]
  readonly rerun: boolean
}

/** What there is: the declarations in this checkout, and what is deployed. */
export interface World {
  readonly stage: string
  readonly consumers: readonly Pick<ConsumerFolder, 'name' | 'declaration'>[]
  /** The names of all events. */
  readonly events: readonly string[]
  /** Of the bus; named like their consumers. */
  readonly rules: readonly { readonly name: string; readonly arn: string; readonly enabled: boolean }[]
  readonly archive: { readonly createdAt: Date; readonly retentionDays: number; readonly eventCount: number }
  readonly now: Date
}

/** A rule that will get the events. */
interface Receiver {
  readonly name: string
  readonly arn: string
  /** `undefined` for a rule that no folder in `consumers/` declares. */
  readonly takes: readonly string[] | undefined
  readonly sideEffect: string | undefined
}

/** A replay that can be started. */
export interface Plan {
  readonly name: string
  readonly from: Date
  readonly to: Date
  readonly receivers: readonly Receiver[]
  /** What EventBridge is told; empty for all rules. */
  readonly filterArns: readonly string[]
  readonly request: ReplayRequest
  /** Of the whole archive. */
  readonly eventCount: number
}

interface Options {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly consumer?: readonly string[] | undefined
  readonly event?: readonly string[] | undefined
  readonly rerun?: boolean | undefined
}

/** Reads the options of the command line; throws a `Mistake` for what is no time, and for a rerun to everybody. */
export function readRequest({ from, to, consumer = [], event = [], rerun = false }: Options): ReplayRequest {
  if (rerun && consumer.length === 0)
    throw new Mistake('--rerun needs --consumer NAME: only chosen consumers do things again.')
  return {
    from: time('--from', from),
    to: time('--to', to),
    consumers: distinct(consumer),
    events: distinct(event),
    rerun,
  }
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)]

const Time = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

function time(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  if (Time.safeParse(text).success) return new Date(text)
  throw new Mistake(`${option} takes a time like 2026-01-31T08:00:00Z, or a day like 2026-01-31, not "${text}".`)
}

const DAY_MS = 86_400_000

/**
 * What a request comes to. Throws a `Mistake` for an unknown name, an empty range, and for a choice of events that
 * EventBridge cannot make: a replay goes to rules, and each gets all that it takes.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ReplayDestination.html
 */
export function planReplay(request: ReplayRequest, world: World): Plan {
  const { archive, now } = world
  const receivers = choose(request, world)
  const { createdAt, retentionDays, eventCount } = archive
  const oldest = retentionDays === 0 ? createdAt : new Date(now.getTime() - retentionDays * DAY_MS)
  const { from = oldest, to = now } = request
  if (from >= to) throw new Mistake(`The range is empty: it begins at ${iso(from)} and ends at ${iso(to)}.`)
  const isForAll = request.consumers.length === 0 && request.events.length === 0
  return {
    name: `${request.rerun ? 'rerun' : 'replay'}-${now.toISOString().replace(/[:.]/g, '-')}`,
    from,
    to,
    receivers,
    filterArns: isForAll ? [] : receivers.map(({ arn }) => arn),
    request,
    eventCount,
  }
}

function choose({ consumers, events, rerun }: ReplayRequest, world: World): readonly Receiver[] {
  for (const event of events) if (!world.events.includes(event)) throw unknownName('event', event, world.events)
  const all = receiversIn(world)
  const named = consumers.length === 0 ? all : consumers.map((name) => receiverNamed(name, all, world))
  if (events.length === 0) return named
  const taking = named.filter(({ name, takes }) => {
    const isTaking = takes?.some((event) => events.includes(event)) ?? false
    if (consumers.length > 0 && !isTaking) throw takesNone(name, takes, events)
    return isTaking
  })
  if (taking.length === 0) throw new Mistake(`No consumer takes ${events.join(' or ')}.`)
  if (rerun) for (const receiver of taking) checkRerun(receiver, events)
  return taking
}

const receiversIn = ({ rules, consumers }: World): readonly Receiver[] =>
  rules
    .filter(({ enabled }) => enabled)
    .map(({ name, arn }) => {
      const declaration = consumers.find((consumer) => consumer.name === name)?.declaration
      return {
        name,
        arn,
        takes: declaration?.events.map((event) => event.name),
        sideEffect: declaration?.sideEffect,
      }
    })

function receiverNamed(name: string, all: readonly Receiver[], { stage, consumers, rules }: World): Receiver {
  const receiver = all.find((each) => each.name === name)
  if (receiver) return receiver
  if (rules.some((rule) => rule.name === name)) throw new Mistake(`The rule of ${name} is disabled: enable it first.`)
  if (consumers.some((consumer) => consumer.name === name))
    throw new Mistake(`The consumer ${name} is not deployed in the stage ${stage}.`)
  throw unknownName(
    'consumer',
    name,
    all.map((each) => each.name),
  )
}

const takesNone = (name: string, takes: readonly string[] | undefined, events: readonly string[]): Mistake =>
  new Mistake(
    takes === undefined
      ? `${name} is a rule of somebody else's: --event cannot say which of the events that it takes it is to get.`
      : `${name} does not take ${events.join(' or ')}: it takes ${takes.join(', ')}.`,
  )

function checkRerun({ name, takes }: Receiver, events: readonly string[]): void {
  const others = othersOf(takes, events)
  if (others.length === 0) return
  throw new Mistake(
    `${name} takes ${others.join(', ')} too, and a replay to it brings all that it takes: a rerun would do those again as well. Leave out --event if that is meant.`,
  )
}

const othersOf = (takes: readonly string[] | undefined, events: readonly string[]): readonly string[] =>
  takes?.filter((event) => !events.includes(event)) ?? []

const iso = (time: Date): string => time.toISOString()

/** For people: what a plan will do, before it is done. */
export function describePlan(plan: Plan, cloud: Cloud): string {
  const { name, from, to, receivers, request, eventCount } = plan
  const { rerun, events } = request
  const rows = receivers.map(({ name, takes, sideEffect }) => [
    name,
    takes?.join(', ') ?? "whatever matches (a rule of somebody else's)",
    rerun ? (sideEffect ?? 'nothing beyond its own records') : '',
  ])
  const beside = receivers.flatMap(({ name, takes }) => {
    const others = events.length === 0 ? [] : othersOf(takes, events)
    return others.length === 0
      ? []
      : [`${name} gets ${others.join(', ')} too: a replay brings a rule all that it takes.\n`]
  })
  const count = isLocal(cloud)
    ? `at most ${eventCount}: so many are in the archive`
    : `about ${eventCount} are in the archive, which is counted once a day and runs ten minutes late`
  const does = rerun
    ? 'A rerun: each does all of it again, once, whatever it has done before.'
    : 'Each does only what it has not done yet; the rest are duplicates, without effect.'
  return `${name}, in ${cloud.title}
  from    ${iso(from)}
  to      ${iso(to)}
  events  ${count}; how many are in the range, only the replay tells

${table(['consumer', 'takes', rerun ? 'does again' : ''], rows)}
${beside.join('')}${does}
`
}
