import type { EventContract } from './event.ts'

/** A function that emits and is behind no route: it follows a table's stream, a schedule or a user pool. */
export interface FunctionContract<Emits extends readonly EventContract[] = readonly EventContract[]> {
  /** Also the name of the file that it is in, and of the function on AWS. */
  readonly name: string
  /** One sentence: its job. */
  readonly does: string
  /** It may emit these events and no others. */
  readonly emits: Emits
}

/** Keeps the exact types of what is declared. */
export function defineFunction<const Emits extends readonly EventContract[]>(
  contract: FunctionContract<Emits>,
): FunctionContract<Emits> {
  return contract
}
