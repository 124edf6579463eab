import { AwsError } from '../engine.ts'
import type { SchemaVersion } from './versions.ts'

export interface Registry {
  readonly name: string
  readonly arn: string
  readonly schemas: Map<string, Schema>
}

export interface Schema {
  readonly name: string
  readonly arn: string
  readonly description: string | undefined
  /** The oldest first. */
  readonly versions: readonly [SchemaVersion, ...SchemaVersion[]]
}

export type Registries = Map<string, Registry>

/** The newest version. */
export const latest = ({ versions }: Schema): SchemaVersion => versions.at(-1) ?? versions[0]

/** Throws NotFoundException. */
export function registryNamed(registries: Registries, name: string): Registry {
  return registries.get(name) ?? notFound(`Registry with name ${name} does not exist.`)
}

/** Throws what the API answers for a registry, schema or version that is not there. */
export function notFound(message: string): never {
  throw new AwsError('NotFoundException', message, 404)
}
