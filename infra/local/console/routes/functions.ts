import * as z from 'zod'
import type { Faults } from '../../engines/lambda/faults.ts'
import type { FunctionView, Lambda } from '../../engines/lambda/index.ts'
import { LATELY_MINUTES } from '../../engines/lambda/recent.ts'
import { LogLevel } from '../../engines/logs/newest.ts'
import type { Logs } from '../../engines/logs.ts'
import { parsed } from '../../engines/parsed.ts'
import { Limit, Word } from '../query.ts'
import { type ConsoleRoute, route } from '../route.ts'

export interface FunctionDeps {
  readonly lambda: Pick<Lambda, 'functions' | 'function' | 'invoke'>
  readonly logs: Pick<Logs, 'newest'>
  readonly faults: Faults
}

const Named = z.object({ name: z.string() })
const LOG_LINES = 200

/** The functions: how they are, what they log, to invoke them by hand and to have them fail on purpose. */
export const functionRoutes = ({ lambda, logs, faults }: FunctionDeps): readonly ConsoleRoute[] => [
  {
    method: 'GET',
    path: '/functions',
    answer: () => ({
      latelyMinutes: LATELY_MINUTES,
      functions: lambda.functions().map((each) => functionView(each, faults)),
    }),
  },
  route({
    method: 'GET',
    path: '/functions/{name}/log',
    request: z.object({
      params: Named,
      query: z.object({ text: Word, correlationId: Word, level: LogLevel.exactOptional(), limit: Limit }),
    }),
    answer: ({ params, query }) =>
      logs
        .newest(lambda.function(params.name).logGroup, { limit: LOG_LINES, ...query })
        .map(({ seq, timestamp, level, correlationId, text, message }) => ({
          id: String(seq),
          at: timestamp,
          level,
          correlationId,
          text,
          fields: message === text ? undefined : parsed(message),
        })),
  }),
  route({
    method: 'POST',
    path: '/functions/{name}/invoke',
    request: z.object({ params: Named, body: z.object({ payload: z.json() }) }),
    async answer({ params, body }) {
      const startedAt = performance.now()
      const { payload, functionError, log } = await lambda.invoke(params.name, JSON.stringify(body.payload))
      return { answer: parsed(payload), error: functionError, log, ms: Math.round(performance.now() - startedAt) }
    },
  }),
  route({
    method: 'POST',
    path: '/functions/{name}/fault',
    request: z.object({
      params: Named,
      body: z.object({
        count: z.union([z.int().min(0).max(1000), z.literal('all')], { error: 'must be a whole number, or all' }),
        point: z.enum(['before', 'after']).default('before'),
      }),
    }),
    answer({ params, body }) {
      faults.plan(lambda.function(params.name).name, body)
    },
  }),
]

const functionView = (each: FunctionView, faults: Faults) => ({
  name: each.name,
  memoryMb: each.memoryMb,
  timeoutSeconds: each.timeoutSeconds,
  reservedConcurrency: each.reservedConcurrency,
  aliases: each.aliases,
  variables: Object.entries(each.variables)
    .map(([name, value]) => ({ name, value: isSecret(name, value) ? null : value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  alive: each.alive,
  running: each.running,
  lately: each.lately,
  fault: faults.planned(each.name),
})

/** A variable that names a secret but says only where it is kept is none. */
const isSecret = (name: string, value: string): boolean =>
  /secret|token|password|credential|private|_key$|key_id$|api_?key/i.test(name) &&
  !value.startsWith('arn:') &&
  !/(_name|_arn)$/i.test(name)
