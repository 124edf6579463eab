import { hash } from 'node:crypto'
import { identityOf } from './engines/identity.ts'

/** What befalls one attempt at a piece of work that nobody waits for. */
export interface Mishap {
  /**
   * `before`: it fails and nothing is done. `after`: all is done and the answer is lost, as in a crash or a timeout.
   * `again`: all is done and answered, and its source hands it out again all the same. `slow`: it begins late.
   */
  readonly kind: 'before' | 'after' | 'again' | 'slow'
  /** How much later it begins, or is handed out again. */
  readonly ms: number
}

/** A piece of work for a function. */
export interface Attempt {
  /** What it is about, the same in every run: see `identityOf`. */
  readonly about: string
  /** Name or ARN of the function. */
  readonly functionName: string
  /** From 1. */
  readonly attempt: number
  /** After so many it would be given up. */
  readonly mostAttempts: number
}

/** Asked once for each attempt: what befalls it? */
export type Mishaps = (attempt: Attempt) => Mishap | undefined

/** How an event is sent to a target: once for each entry, so many milliseconds late. Usually `[0]`. */
export type Sendings = (envelope: string, target: string) => readonly number[]

/** What goes wrong in the cloud, as AWS says it may, and what its consumers must therefore stand. */
export interface Chaos {
  readonly seed: number
  readonly mishaps: Mishaps
  readonly sendings: Sendings
}

/** Of all attempts and all sendings. */
const SHARES = { before: 0.1, after: 0.1, again: 0.05, slow: 0.1, twice: 0.15, late: 0.3 }
const LONGEST_WAIT_MS = { before: 500, after: 500, again: 500, slow: 300 }
const LATEST_MS = 2000
/** The last attempts are left alone, so that nothing is ever given up for what happens here. */
const SPARED = 2

const KINDS = ['before', 'after', 'again', 'slow'] as const

/**
 * Decides what goes wrong. Each decision depends on the seed, on its kind and on what it is about, and on nothing else:
 * not on the time, nor on what was decided before. So the same seed does the same to the same events, however their
 * deliveries interleave.
 */
export function createChaos(seed: number): Chaos {
  /** A number from 0 to 1. */
  const draw = (...about: readonly unknown[]): number =>
    hash('sha256', JSON.stringify([seed, ...about]), 'buffer').readUInt32BE() / 2 ** 32

  return {
    seed,

    mishaps({ about, functionName, attempt, mostAttempts }) {
      if (attempt > mostAttempts - SPARED) return undefined
      const key = [about, functionName, attempt]
      let rest = draw('mishap', ...key)
      const kind = KINDS.find((each) => {
        rest -= SHARES[each]
        return rest < 0
      })
      return kind && { kind, ms: 1 + Math.floor(draw('wait', ...key) * LONGEST_WAIT_MS[kind]) }
    },

    sendings(envelope, target) {
      const key = [identityOf(envelope), target]
      const times = draw('twice', ...key) < SHARES.twice ? 2 : 1
      return Array.from({ length: times }, (_, time) =>
        draw('late', ...key, time) < SHARES.late ? 1 + Math.floor(draw('delay', ...key, time) * LATEST_MS) : 0,
      )
    },
  }
}
