import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Takes findings of cdk-nag or the CDK for what they are, each by its full id, for one reason.
 * https://github.com/cdklabs/cdk-nag/blob/main/README.md#acknowledging-a-rule
 */
export function accept(construct: IConstruct, reason: string, ...findings: readonly string[]): void {
  Validations.of(construct).acknowledge(...findings.map((id) => ({ id, reason })))
}
