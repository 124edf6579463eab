import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { namesOf } from '../../infra/names.ts'
import { articleOf, priceOf } from '../../schemas/catalogue.ts'
import { newAccount } from '../support/account.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order, paymentsIn, stockOf } from '../support/ordering.ts'
import { startBareWorkflow } from './bare-workflow.ts'
import { watchOrders } from './order-news.ts'
import { processorMs } from './processes.ts'
import { percentile, round, times } from './statistics.ts'

const ORDERS = 200
const CONCURRENCY = 16
const WARM_UP = 50
/** There are as many of them as are ordered. */
const SKUS = ['A-1', 'B-2'] as const
const STOCK = ORDERS / SKUS.length
const PRICES = new Set(SKUS.map((sku) => articleOf(sku)?.price ?? 0))
const names = namesOf('dev')

const wishOf = (index: number) => ({ items: [{ sku: SKUS[index % SKUS.length] ?? '', qty: 1 }] })

/**
 * 200 orders through the API, 16 at a time until they are confirmed, beside the same state machine and tasks without a
 * cloud around them. They order all that there is: stock and payments tell at the end what was done twice.
 */
export async function orders(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  const cloud = await startCloud(stateDir)
  try {
    const api = await throughTheApi(cloud)
    const definition = await definitionOf(cloud)
    await cloud.stop()
    const bare = await alone(definition)
    const row = ({ perSecond, taken, cpuMs }: Load) => ({
      'orders/s': round(perSecond),
      'p50 ms': round(percentile(taken, 50)),
      'p99 ms': round(percentile(taken, 99)),
      'CPU ms each': round(cpuMs / ORDERS),
    })
    return [
      {
        orders: 'through the API',
        ...row(api),
        '% of bare': round((100 * api.perSecond) / bare.perSecond),
        ...api.mistakes,
      },
      { orders: 'state machine, bare', ...row(bare) },
    ]
  } finally {
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

interface Load {
  readonly perSecond: number
  /** Milliseconds, of each order. */
  readonly taken: readonly number[]
  /** Of all processes together. */
  readonly cpuMs: number
}

/** `work` answers the milliseconds that one order took. */
async function load(pid: number, work: (index: number) => Promise<number>): Promise<Load> {
  const taken: number[] = []
  const [startedAt, cpuBefore] = [performance.now(), processorMs(pid)]
  await times(ORDERS, CONCURRENCY, async (index) => void taken.push(await work(index)))
  const perSecond = (1000 * ORDERS) / (performance.now() - startedAt)
  return { perSecond, taken, cpuMs: processorMs(pid) - cpuBefore }
}

async function throughTheApi(cloud: RunningCloud) {
  const account = await newAccount(cloud)
  const news = await watchOrders(cloud)
  try {
    const ids = new Set<string>()
    const place = async (index: number): Promise<number> => {
      const sentAt = Date.now()
      const orderId = await order(cloud, account, wishOf(index))
      ids.add(orderId)
      return (await news.confirmed(orderId)) - sentAt
    }
    await times(WARM_UP, CONCURRENCY, async (index) => void (await place(index)))
    await cloud.settled()
    await restock(cloud)
    const measured = await load(cloud.pid, place)
    await cloud.settled()
    return { ...measured, mistakes: await mistakesIn(cloud, ids) }
  } finally {
    await news.stop()
  }
}

async function alone(definition: string): Promise<Load> {
  const workflow = await startBareWorkflow(definition)
  try {
    const run = async (index: number): Promise<number> => {
      const { items } = wishOf(index)
      const startedAt = performance.now()
      await workflow.run({ items, amount: priceOf(items) })
      return performance.now() - startedAt
    }
    await times(WARM_UP, CONCURRENCY, async (index) => void (await run(index)))
    for (const sku of SKUS) await workflow.dynamoDb.put('inventory', { sku, stock: STOCK })
    return await load(process.pid, run)
  } finally {
    await workflow.stop()
  }
}

/**
 * By stock and ledger, after all orders were confirmed: how many articles were sold that were not there, or not taken, and
 * how many charges there are beside one for each order. Throws if one was charged another amount, or not at all.
 */
async function mistakesIn(cloud: RunningCloud, ids: ReadonlySet<string>) {
  const left = await stockOf(cloud)
  const charged = [...(await paymentsIn(cloud)).values()].filter(({ outcome }) => outcome === 'CHARGED')
  const right = charged.filter(({ orderId, amount }) => ids.has(orderId) && PRICES.has(amount ?? 0))
  if (right.length < ids.size) throw new Error(`Of ${ids.size} orders ${right.length} were charged as they should be`)
  return {
    oversold: SKUS.reduce((sum, sku) => sum + Math.abs(left[sku] ?? STOCK), 0),
    'double charges': charged.length - ids.size,
  }
}

async function restock({ endpoint }: RunningCloud): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)))
  const TableName = names.table('inventory')
  for (const sku of SKUS) await client.send(new PutCommand({ TableName, Item: { sku, stock: STOCK } }))
  client.destroy()
}

async function definitionOf({ endpoint }: RunningCloud): Promise<string> {
  const client = new SFNClient({ ...clientConfig(endpoint), disableHostPrefix: true })
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${names.workflow('place-order')}`
  const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }))
  client.destroy()
  return definition
}
