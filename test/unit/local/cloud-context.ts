import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { AwsResponse, CloudContext, Engine, Provisioned, Service } from '../../../infra/local/engines/engine.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What engines get from the cloud, with state of its own that is gone after the test. */
export const cloudContext = (stateDir = temporaryFolder(), overrides: Partial<CloudContext> = {}): CloudContext => ({
  account: '000000000000',
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:4566',
  siteUrl: 'http://localhost:3000',
  stateDir,
  database: new DatabaseSync(join(stateDir, 'cloud.sqlite')),
  now: Date.now,
  warn: () => {},
  ...overrides,
})

/** Provisions one resource as the provisioner does. */
export async function provision(engine: Engine, type: string, properties: object): Promise<Provisioned> {
  const resource = engine.resources[type]
  if (!resource) throw new Error(`The engine has no ${type}`)
  const parsed = resource.properties.parse(properties)
  return resource.provision({ stack: 'Test', logicalId: 'Resource', properties: parsed, metadata: {} })
}

/** One call of an AWS JSON API; answers the parsed body beside the response. */
export async function callJson(
  service: Service | undefined,
  target: string,
  input: object,
): Promise<AwsResponse & { readonly json: unknown }> {
  if (!service) throw new Error('The engine has no such service')
  const response = await service({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, host: '127.0.0.1:4566' },
    body: Buffer.from(JSON.stringify(input)),
    caller: 'test',
  })
  return { ...response, json: JSON.parse(response.body.toString()) }
}
