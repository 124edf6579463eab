import * as z from 'zod'
import { AwsError } from '../../engines/engine.ts'
import { parsed } from '../../engines/parsed.ts'
import { Status } from '../../engines/step-functions/store.ts'
import type { StepFunctions } from '../../engines/step-functions.ts'
import { Limit, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface ExecutionDeps {
  readonly stepFunctions: Pick<StepFunctions, 'executions' | 'correlated' | 'execution'>
}

const PAGE = 50
/** What one answer shows of an execution that goes in circles. */
const MOST_VISITS = 500
const MOST_EVENTS = 1000

/** Executions of state machines: a list of them, newest first, and one with all that its states did. */
export const executionRoutes = ({ stepFunctions }: ExecutionDeps): readonly ConsoleRoute[] => [
  route({
    method: 'GET',
    path: '/executions',
    request: z.object({
      query: z.object({ text: Word, correlationId: Word, status: Status.exactOptional(), limit: Limit }),
    }),
    answer: ({ query: { text, correlationId, status, limit = PAGE } }) => {
      const found =
        correlationId === undefined
          ? stepFunctions.executions({ text, status, limit: limit + 1 })
          : stepFunctions.correlated(correlationId, limit + 1)
      return { executions: found.slice(0, limit), more: found.length > limit }
    },
  }),
  route({
    method: 'GET',
    path: '/executions/{arn}',
    request: z.object({ params: z.object({ arn: z.string() }) }),
    answer: ({ params: { arn } }) => {
      const execution = stepFunctions.execution(arn)
      if (!execution) throw new AwsError('ExecutionDoesNotExist', 'There is no such execution.', 404)
      const { visits, history, input, output, ...rest } = execution
      return {
        ...rest,
        input: parsed(input),
        output: output === undefined ? undefined : parsed(output),
        visits: visits.slice(-MOST_VISITS).map((visit) => ({
          ...visit,
          input: parsed(visit.input),
          output: visit.output === undefined ? undefined : parsed(visit.output),
        })),
        history: history.slice(-MOST_EVENTS),
        earlier: Math.max(history.length - MOST_EVENTS, 0),
      }
    },
  }),
]
