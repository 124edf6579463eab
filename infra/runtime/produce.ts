import type * as z from 'zod'
import type { EventContract } from '../../schemas/event.ts'
import type { RouteContract } from '../../schemas/route.ts'
import type { Answer } from './answers.ts'
import { emitterOf } from './emit.ts'
import { type RouteInput, route } from './route.ts'

/** Emits one of the events that the route declares. Its id is derived from `key`. */
export type Emit<Declared extends EventContract> = <Contract extends Declared>(
  contract: Contract,
  data: z.input<Contract['data']>,
  key: string,
) => Promise<void>

/** A `route` whose function may put events on the bus. */
export function produce<Body extends z.ZodType, Query extends z.ZodType, Emits extends readonly EventContract[]>(
  contract: RouteContract<Body, Query, Emits>,
  run: (input: RouteInput<z.output<Body>, z.output<Query>>, emit: Emit<Emits[number]>) => Promise<Answer>,
) {
  const emit = emitterOf(contract)
  return route(contract, (input) =>
    run(input, (event, data, key) => emit(event, data, key, { correlationId: input.correlationId })),
  )
}
