import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { FunctionEntry } from '../bundles.ts'
import type { RouteFunction } from '../contracts.ts'
import type { Names } from '../names.ts'
import type { Settings } from '../settings.ts'

/** What every stack of one deployment is made from. */
export interface Deployment {
  readonly names: Names
  readonly settings: Settings
  /** Where the bundles and the site were built to. */
  readonly buildDir: string
  readonly functions: readonly FunctionEntry[]
  readonly routes: readonly RouteFunction[]
}

/** What other stacks take from the core stack; all else they know by name. */
export interface Core extends Deployment {
  readonly api: HttpApi
  /** E.g. `https://d111111abcdef8.cloudfront.net`. */
  readonly siteUrl: string
}
