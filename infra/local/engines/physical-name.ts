import { createHash } from 'node:crypto'
import type { Resource } from './engine.ts'

/**
 * The name of a resource that the template leaves unnamed: stack, logical id and a hash of both, as CloudFormation
 * composes it but the same at every start. At most `maxLength` characters; what is too long is cut in the middle part.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
export function physicalName({ stack, logicalId }: Pick<Resource, 'stack' | 'logicalId'>, maxLength: number): string {
  const hash = physicalId({ stack, logicalId }, 12)
  return `${`${stack}-${logicalId}`.slice(0, maxLength - hash.length - 1)}-${hash}`
}

/** An id of `length` (at most 64) lower-case hexadecimal digits, the same at every start. */
export const physicalId = ({ stack, logicalId }: Pick<Resource, 'stack' | 'logicalId'>, length: number): string =>
  createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, length)
