import type { OrderStatus } from '../../../schemas/orders.ts'
import type { Order } from './load.ts'

/** What may happen to an order: the steps of its workflow, what undoes them, and the bad ends. */
export const ALL_STEPS = [
  'placed',
  'checked',
  'reserved',
  'paid',
  'confirmed',
  'refunded',
  'released',
  'failed',
  'expired',
] as const
export type Step = (typeof ALL_STEPS)[number]

/** `stopped`: it went wrong here. `idle`: it was gone through, and there was nothing to do. */
export type State = 'done' | 'current' | 'stopped' | 'idle'

export interface Passed {
  readonly step: Step
  readonly state: State
  /** ISO 8601, where it is known. */
  readonly at?: string | undefined
}

/** The way of an order to which nothing happens, and the status that says how far it has come. */
const WAY: readonly (readonly [Step, OrderStatus])[] = [
  ['placed', 'PENDING'],
  ['checked', 'VALIDATED'],
  ['reserved', 'RESERVED'],
  ['paid', 'CHARGED'],
  ['confirmed', 'CONFIRMED'],
]

/** Where a step fails, whatever it and those before it may have done is undone, in reverse. */
const UNDOING: Readonly<Partial<Record<Step, readonly Step[]>>> = {
  reserved: ['released'],
  paid: ['refunded', 'released'],
  confirmed: ['refunded', 'released'],
}
const UNDOES: Readonly<Partial<Record<Step, OrderStatus>>> = { refunded: 'CHARGED', released: 'RESERVED' }

/** What an order has passed through so far, in that order, and where it is now: a path through the workflow. */
export function pathOf({ status, history }: Pick<Order, 'status' | 'history'>): readonly Passed[] {
  const timeOf = (wanted: OrderStatus | undefined) => history.find((entry) => entry.status === wanted)?.at
  const reached = WAY.findLastIndex(([, status]) => timeOf(status) !== undefined)
  const done = WAY.slice(0, reached + 1).map(([step, status]): Passed => ({ step, state: 'done', at: timeOf(status) }))
  if (status === 'EXPIRED') return [...done, { step: 'expired', state: 'stopped', at: timeOf(status) }]
  const [next] = WAY[reached + 1] ?? []
  if (!next) return done
  if (status !== 'FAILED') return [...done, { step: next, state: 'current' }]
  const undone = (UNDOING[next] ?? []).map(
    (step): Passed => ({ step, state: timeOf(UNDOES[step]) === undefined ? 'idle' : 'done' }),
  )
  return [
    ...done,
    { step: next, state: 'stopped' },
    ...undone,
    { step: 'failed', state: 'stopped', at: timeOf(status) },
  ]
}
