import type * as z from 'zod'
import type { EventContract } from '../../schemas/event.ts'
import type { RouteContract } from '../../schemas/route.ts'
import type { Answer } from './answers.ts'
import { emit, newEvent } from './emit.ts'
import { type RouteInput, route } from './route.ts'

/** Emits an event whose id is derived from `key`. */
export type Emit = <Contract extends EventContract>(
  contract: Contract,
  data: z.input<Contract['data']>,
  key: string,
) => Promise<void>

/** A `route` whose function may put events on the bus. */
export const produce = <Body extends z.ZodType, Query extends z.ZodType>(
  contract: RouteContract<Body, Query>,
  run: (input: RouteInput<z.output<Body>, z.output<Query>>, emit: Emit) => Promise<Answer>,
) =>
  route(contract, (input) =>
    run(input, (event, data, key) => emit(newEvent(event, data, key, { correlationId: input.correlationId }))),
  )
