import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach } from 'vitest'
import * as z from 'zod'
import type { Order } from '../../../infra/runtime/orders.ts'
import { synthesize } from '../../infra/synthesize.ts'
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { ORDER_TABLES } from '../../support/orders.ts'
import { temporaryFolder } from '../local/cloud-context.ts'
import { failure, fn, startStepFunctions } from '../local/step-functions.ts'

// The synthesized state machine, with the tasks themselves, on tables; only the waits between attempts are left out.

const [dynamoDb, stacks] = await Promise.all([startDynamoDbLocal(ORDER_TABLES), synthesize()])
setFunctionEnvironment(dynamoDb.url)
const TASKS = [
  'validate-order',
  'reserve-stock',
  'charge-payment',
  'confirm-order',
  'refund-payment',
  'release-stock',
  'fail-order',
] as const
type Task = (typeof TASKS)[number]
type Handler = (input: unknown) => Promise<unknown>
const handlers = new Map<Task, Handler>()
for (const name of TASKS) {
  const { handler }: { handler: Handler } = await import(`../../../workflows/place-order/${name}.ts`)
  handlers.set(name, handler)
}
export const { advance, keepOrder } = await import('../../../infra/runtime/orders.ts')
beforeEach(() => void captureLog())
afterAll(dynamoDb.stop)

const { DefinitionString } = z
  .object({ DefinitionString: z.string() })
  .parse(stacks.get('ensemble-test-place-order')?.one('AWS::StepFunctions::StateMachine').properties)
/** A function goes by the name of its file, without dashes. */
const definition: object = JSON.parse(
  DefinitionString.replaceAll(/<([a-z]+)Function\w*(\.Arn)?>/g, (_, name: string) => fn(name)).replaceAll(
    '<AWS::Partition>',
    'aws',
  ),
)

/** Something that goes wrong on the way. */
interface Fault {
  /** A task, or telling of the end. */
  readonly at: Task | 'tell'
  readonly point: 'before' | 'after'
  /** How many calls fail; `killed`: during the first, all of it dies, and is started anew. */
  readonly times: number | 'killed'
}
/** As often as a step is tried. */
export const ALL = 6

export const placedAt = '2027-01-15T08:00:00.000Z'
const Entries = z.object({ Entries: z.array(z.object({ DetailType: z.string(), Detail: z.string() })) })
const Told = z.object({ metadata: z.object({ eventId: z.uuid() }) })

/** Runs the workflow of an order to its end; answers what there is afterwards. */
export async function run(order: Order, ...faults: readonly Fault[]) {
  const told: { readonly name: string; readonly detail: unknown }[] = []
  const calls: string[] = []
  const killed = Promise.withResolvers<void>()

  /** Does what is to be done at a place, if that goes wrong then before or after it. */
  async function doing<Result>(place: Fault['at'], work: () => Result): Promise<Result> {
    calls.push(place)
    const nth = calls.filter((each) => each === place).length
    const fault = faults.find(({ at, times }) => at === place && nth <= (times === 'killed' ? 1 : times))
    const fail = (): Promise<never> => {
      if (fault?.times !== 'killed') throw failure('FailedOnPurpose')
      killed.resolve()
      return new Promise(() => {})
    }
    if (fault?.point === 'before') await fail()
    const result = await work()
    if (fault) await fail()
    return result
  }

  const stateDir = temporaryFolder()
  async function begin() {
    const behave = (task: Task) => (event: unknown) => doing(task, () => handlers.get(task)?.(event))
    const workflow = await startStepFunctions({
      stateDir,
      random: () => 0,
      functions: Object.fromEntries(TASKS.map((task) => [task.replace('-', ''), behave(task)])),
      services: {
        events: async ({ body }) => {
          const [entry] = Entries.parse(JSON.parse(body.toString())).Entries
          const detail: unknown = JSON.parse(entry?.Detail ?? '')
          const put = doing('tell', () => void told.push({ name: entry?.DetailType ?? '', detail }))
          const FailedEntryCount = await put.then(
            () => 0,
            () => 1,
          )
          return { status: 200, body: JSON.stringify({ FailedEntryCount, Entries: [{}] }) }
        },
      },
    })
    await workflow.define(definition)
    return workflow
  }

  const metadata = { eventId: randomUUID(), correlationId: 'correlation', version: 1, occurredAt: placedAt }
  const before = await stock()
  let workflow = await begin()
  const execution = await workflow.start({ metadata, data: order })
  if (faults.some(({ times }) => times === 'killed')) {
    await killed.promise
    workflow.kill()
    workflow = await begin()
    await workflow.engine.start?.()
  }
  const { status } = await workflow.result(execution)
  return {
    execution: status,
    calls,
    told,
    /** The ids of the events, each once. */
    toldIds: [...new Set(told.map(({ detail }) => Told.parse(detail).metadata.eventId))],
    metadata,
    record: await find('orders', order.orderId),
    payment: (await find('payments', order.orderId))?.outcome,
    taken: before - (await stock()),
  }
}

const find = async (table: string, id: string) => (await dynamoDb.scan(table)).find(({ orderId }) => orderId === id)
const stock = async (): Promise<number> =>
  Number((await dynamoDb.scan('inventory')).find(({ sku }) => sku === 'A-1')?.stock ?? 100)
