import { Fn } from 'aws-cdk-lib'
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

/** A deployment whose core stack is there, or about to be. */
export interface Core extends Deployment {
  /** E.g. `https://d111111abcdef8.cloudfront.net`. */
  readonly siteUrl: string
  readonly apiId: string
  readonly userPoolId: string
  readonly userPoolClientId: string
  /** Lets only users with a token of the user pool through. */
  readonly authorizerId: string
}

/** The outputs of the core stack that other stacks read. */
export const CORE_OUTPUTS = {
  siteUrl: 'SiteUrl',
  apiId: 'ApiId',
  userPoolId: 'UserPoolId',
  userPoolClientId: 'UserPoolClientId',
  authorizerId: 'AuthorizerId',
} as const

/**
 * The core stack as other stacks see it: through outputs that it always has, so that it does not change when a stack
 * is added. https://docs.aws.amazon.com/cdk/v2/guide/resources.html
 */
export function coreOf(deployment: Deployment): Core {
  const output = (name: keyof typeof CORE_OUTPUTS) => Fn.getStackOutput(deployment.names.prefix, CORE_OUTPUTS[name])
  return {
    ...deployment,
    siteUrl: output('siteUrl'),
    apiId: output('apiId'),
    userPoolId: output('userPoolId'),
    userPoolClientId: output('userPoolClientId'),
    authorizerId: output('authorizerId'),
  }
}
