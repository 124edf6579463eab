import type { IncomingHttpHeaders } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'
import type * as z from 'zod'

/** One AWS service of the local cloud. A new service is one new file that makes one of these. */
export interface Engine {
  /** The CloudFormation types it provisions, by type name. */
  readonly resources: Readonly<Record<string, ResourceType>>
  /** The APIs it serves on the AWS endpoint, by the name in the SigV4 credential scope (`events`, `sqs`, …). */
  readonly services?: Readonly<Record<string, Service>>
  /** Who answers a call that nobody signed, if it is one that this service takes: Cognito's SignUp, say. */
  readonly unsigned?: (request: Pick<AwsRequest, 'method' | 'url' | 'headers'>) => Service | undefined
  /** After everything is provisioned: resume what was left, begin to poll. */
  readonly start?: () => Promise<void> | void
  /** Stops at once and leaves nothing behind. */
  readonly stop?: () => Promise<void> | void
}

/**
 * How one CloudFormation type is provisioned. `properties` is a strict schema that names what is supported and, as
 * `ignored`, what makes no difference on one machine; anything else is refused by name when the cloud starts.
 */
export interface ResourceType<Properties extends z.ZodObject = z.ZodObject> {
  readonly properties: Properties
  /** Called at every start, in dependency order, intrinsics resolved: must be repeatable over the state kept on disk. */
  readonly provision: (resource: Resource<z.output<Properties>>) => Promise<Provisioned> | Provisioned
}

/** Ties the type of `provision`'s argument to its schema, and then forgets it. */
export function resourceType<Properties extends z.ZodObject>(type: ResourceType<Properties>): ResourceType {
  return {
    properties: type.properties,
    provision: (resource) => type.provision({ ...resource, properties: type.properties.parse(resource.properties) }),
  }
}

export interface Resource<Properties = Readonly<Record<string, unknown>>> {
  readonly stack: string
  readonly logicalId: string
  readonly properties: Properties
  /** CloudFormation's `Metadata` of the resource. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What `Ref` and `Fn::GetAtt` answer for it from now on. */
export interface Provisioned {
  readonly ref: string
  readonly attributes?: Readonly<Record<string, string>>
}

export type Service = (request: AwsRequest) => Promise<AwsResponse> | AwsResponse

/** One call to the AWS endpoint. */
export interface AwsRequest {
  readonly method: string
  /** Path with query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The caller: the access key id that signed it. Each function has its own: the letters and digits of its name. */
  readonly caller: string
}

export interface AwsResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What every engine may use. */
export interface CloudContext {
  readonly account: string
  readonly region: string
  /** This cloud's one AWS endpoint, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string
  /** Where the site is served, e.g. `http://localhost:3000`. */
  readonly siteUrl: string
  /** A folder of this cloud's own; each engine keeps its files in a sub-folder or in `database`. */
  readonly stateDir: string
  /** SQLite in WAL mode: what is committed survives a SIGKILL. Each engine creates its own tables in it. */
  readonly database: DatabaseSync
  /** Milliseconds since the epoch; the one clock. */
  readonly now: () => number
  /** Shown on the terminal when something is wrong that no caller is told of. */
  readonly warn: (message: string) => void
}

/** An error that an AWS API answers: `{ "__type": code, "message": … }` or the XML of the older protocols. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}
