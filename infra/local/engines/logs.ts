import * as z from 'zod'
import { type CloudContext, type Engine, resourceType } from './engine.ts'
import { jsonService } from './json-service.ts'
import { logsOperations } from './logs/api.ts'
import { type LineFilter, newestLines, type ReadLine } from './logs/newest.ts'
import { createLogStore } from './logs/store.ts'
import { physicalName } from './physical-name.ts'

export interface Logs extends Engine {
  /**
   * Adds lines, written now, to a group that need not exist yet. Never throws and costs next to nothing: they are
   * written to disk together, a moment later.
   */
  readonly append: (group: string, stream: string, lines: readonly string[]) => void
  /** The newest lines of a group, newest first; none of one that there is not. */
  readonly newest: (group: string, filter: LineFilter) => readonly ReadLine[]
}

const FLUSH_MS = 200
const ignored = z.unknown().optional()

/**
 * CloudWatch Logs, of which each group keeps its newest lines. A SIGKILL may cost what came in the last 200 ms.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
export function createLogs(context: CloudContext): Logs {
  const store = createLogStore(context)
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    try {
      store.flush()
    } catch (error) {
      context.warn(`Log lines could not be kept: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  return {
    resources: {
      'AWS::Logs::LogGroup': resourceType({
        properties: z.strictObject({
          LogGroupName: z.string().optional(),
          RetentionInDays: z.coerce.number().int().positive().optional(),
          // How AWS encrypts, bills and guards a group.
          DataProtectionPolicy: ignored,
          DeletionProtectionEnabled: ignored,
          FieldIndexPolicies: ignored,
          KmsKeyId: ignored,
          LogGroupClass: ignored,
          ResourcePolicyDocument: ignored,
          Tags: ignored,
        }),
        provision: (resource) => {
          const name = resource.properties.LogGroupName ?? physicalName(resource, 512)
          store.putGroup(name, resource.properties.RetentionInDays)
          return { ref: name, attributes: { Arn: `${store.arnOf(name)}:*` } }
        },
      }),
    },
    services: { logs: jsonService('1.1', logsOperations(store), { invalid: 'InvalidParameterException' }) },
    append: (group, stream, lines) => {
      store.append(group, stream, lines)
      timer ??= setTimeout(flush, FLUSH_MS)
    },
    newest: (group, filter) => newestLines(store, group, filter),
    start: store.forgetExpired,
    stop: flush,
  }
}
