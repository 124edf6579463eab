import * as z from 'zod'
import { type ResourceType, resourceType } from '../engine.ts'
import { functionNameIn } from './function-name.ts'

const ignored = z.unknown().optional()

/** The code of a function is what its folder holds, so there is one version of each beside the latest: the same. */
const VERSION = '1'

const common = {
  FunctionName: z.string(),
  Description: ignored,
  // How soon an environment is there, and nothing that a caller could see otherwise: it is only shown.
  ProvisionedConcurrencyConfig: z
    .strictObject({ ProvisionedConcurrentExecutions: z.coerce.number().int().min(1) })
    .optional(),
}

/** A name by which a version of a function is called. */
export interface Alias {
  readonly name: string
  readonly version: string
  /** Environments that AWS would keep warm for it. */
  readonly provisionedConcurrency: number
}

/**
 * Published versions and aliases of functions, which go by the function's name and theirs, e.g. `job:live`.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
 */
export function createVersions(arnOf: (functionName: string) => string) {
  const published = new Set<string>()
  const aliases = new Map<string, readonly Alias[]>()

  function publish(functionArnOrName: string, qualifier: string): string {
    const name = `${functionNameIn(functionArnOrName)}:${qualifier}`
    published.add(name)
    return arnOf(name)
  }

  const resources: Readonly<Record<string, ResourceType>> = {
    'AWS::Lambda::Version': resourceType({
      properties: z.strictObject({ ...common, CodeSha256: ignored, RuntimePolicy: ignored }),
      provision: ({ properties: { FunctionName } }) => {
        const arn = publish(FunctionName, VERSION)
        return { ref: arn, attributes: { Version: VERSION, FunctionArn: arn } }
      },
    }),
    'AWS::Lambda::Alias': resourceType({
      properties: z.strictObject({ ...common, Name: z.string(), FunctionVersion: z.enum(['$LATEST', VERSION]) }),
      provision: ({
        properties: { FunctionName, FunctionVersion, Name, ProvisionedConcurrencyConfig: provisioned },
      }) => {
        const arn = publish(FunctionName, Name)
        const functionName = functionNameIn(FunctionName)
        const provisionedConcurrency = provisioned?.ProvisionedConcurrentExecutions ?? 0
        const others = (aliases.get(functionName) ?? []).filter(({ name }) => name !== Name)
        aliases.set(functionName, [...others, { name: Name, version: FunctionVersion, provisionedConcurrency }])
        return { ref: arn, attributes: { AliasArn: arn } }
      },
    }),
  }

  return {
    resources,
    /** Is there such a version, or alias of one? There is always a latest. */
    has: (functionName: string, qualifier = '$LATEST'): boolean =>
      qualifier === '$LATEST' || published.has(`${functionName}:${qualifier}`),
    aliasesOf: (functionName: string): readonly Alias[] => aliases.get(functionName) ?? [],
    /** Which version is called by that name. */
    versionOf: (qualifier = '$LATEST'): string => (qualifier === '$LATEST' ? qualifier : VERSION),
  }
}
