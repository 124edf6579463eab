import { createServer } from 'node:http'
import { type DynamoDbProcess, startDynamoDb } from '../../infra/local/engines/dynamodb/process.ts'
import { newStateDir, removeStateDir } from './cloud.ts'
import { listenOnFreePort } from './port.ts'

/** Where to ask for the URL of a worker's DynamoDB Local. */
export const SHARED = 'SHARED_DYNAMODB_LOCAL'

/**
 * Vitest's global set-up: one DynamoDB Local for each worker, started when the first of its files asks for it, because a
 * start costs more than most files do. https://vitest.dev/config/globalsetup
 */
export async function setup(): Promise<() => Promise<void>> {
  const stateDir = newStateDir()
  const processes = new Map<string, Promise<DynamoDbProcess>>()
  const startOf = (worker: string) => startDynamoDb({ stateDir: `${stateDir}/${worker}`, warn: console.warn })

  const server = createServer(async ({ url = '' }, response) => {
    const worker = url.replace(/\W/g, '')
    const running = processes.get(worker) ?? startOf(worker)
    processes.set(worker, running)
    response.end((await running).url)
  })
  process.env[SHARED] = `http://127.0.0.1:${await listenOnFreePort(server)}`
  return async () => {
    server.close()
    for (const running of processes.values()) await (await running).stop()
    removeStateDir(stateDir)
  }
}
