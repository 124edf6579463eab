import { RemovalPolicy } from 'aws-cdk-lib'
import { isDisposable } from '../settings.ts'

/** What becomes of data and logs when a stack is destroyed. */
export const removalPolicyOf = (stage: string): RemovalPolicy =>
  isDisposable(stage) ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
