import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { openDatabase } from '../../infra/local/database.ts'
import { functionNameIn } from '../../infra/local/engines/lambda/function-name.ts'
import { createStepFunctions } from '../../infra/local/engines/step-functions.ts'
import { namesOf } from '../../infra/names.ts'
import { startDynamoDbLocal } from '../support/dynamodb-local.ts'
import { setFunctionEnvironment } from '../support/function-environment.ts'
import { newOrder, ORDER_TABLES } from '../support/orders.ts'
import { callJson, cloudContext, provision } from '../unit/local/cloud-context.ts'

type Handler = (input: unknown) => Promise<unknown>

const PREFIX = `${namesOf('dev').prefix}-`
const Status = z.object({ name: z.string(), status: z.string() })

/**
 * A workflow's state machine with its tasks, all of it in this process over a DynamoDB of its own: no HTTP, no bus, no
 * function started. `definition` is the machine's of a cloud of the stage `dev`.
 */
export async function startBareWorkflow(definition: string) {
  const stateDir = mkdtempSync(join(tmpdir(), 'ensemble-bench-'))
  const dynamoDb = await startDynamoDbLocal(ORDER_TABLES)
  setFunctionEnvironment(dynamoDb.url, { POWERTOOLS_LOG_LEVEL: 'SILENT' })
  const handlers = new Map<string, Handler>()
  const handlerOf = async (functionArn: string): Promise<Handler> => {
    const task = functionNameIn(functionArn).slice(PREFIX.length)
    const known = handlers.get(task)
    if (known) return known
    const { handler }: { handler: Handler } = await import(`../../workflows/place-order/${task}.ts`)
    handlers.set(task, handler)
    return handler
  }

  const ended = new Map<string, (status: string) => void>()
  const database = openDatabase(stateDir)
  const engine = createStepFunctions(cloudContext(stateDir, { database }), {
    invoke: async (functionArn, payload) => {
      const handler = await handlerOf(functionArn)
      return { payload: JSON.stringify((await handler(JSON.parse(payload))) ?? null), log: [] }
    },
    refusal: () => undefined,
    service: () => () => ({ status: 200, body: '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}' }),
    announce: (_arn, detail) => {
      const { name, status } = Status.parse(detail)
      if (status !== 'RUNNING') ended.get(name)?.(status)
    },
  })
  const { ref: stateMachineArn } = await provision(engine, 'AWS::StepFunctions::StateMachine', {
    StateMachineName: `${PREFIX}place-order`,
    RoleArn: 'arn:aws:iam::000000000000:role/bench',
    DefinitionString: definition,
  })

  return {
    dynamoDb,
    /** One order of these items, from starting its execution to its end. Throws if it does not succeed. */
    run: async (different: Parameters<typeof newOrder>[0]): Promise<void> => {
      const data = newOrder(different)
      const name = data.orderId
      const { promise, resolve } = Promise.withResolvers<string>()
      ended.set(name, resolve)
      const occurredAt = new Date().toISOString()
      const metadata = { eventId: randomUUID(), correlationId: name, version: 1, occurredAt }
      await callJson(engine.services?.states, 'AWSStepFunctions.StartExecution', {
        stateMachineArn,
        name,
        input: JSON.stringify({ metadata, data }),
      })
      const status = await promise
      if (status !== 'SUCCEEDED') throw new Error(`The execution of ${name} ended as ${status}`)
      ended.delete(name)
    },
    stop: async (): Promise<void> => {
      await engine.stop?.()
      database.close()
      await dynamoDb.stop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
