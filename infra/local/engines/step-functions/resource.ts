import type { JsonObject } from './json.ts'

/** What the Resource of a task names. */
export interface Resource {
  /** `lambda-function` for a function by its ARN; otherwise as in the ARN: `lambda`, `aws-sdk:dynamodb`, … */
  readonly service: string
  /** `invoke`, `putItem`, … */
  readonly action: string
  /** Ends when somebody sends the task's token back. */
  readonly waitsForToken: boolean
}

export const FUNCTION = 'lambda-function'

const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  lambda: ['invoke'],
  events: ['putEvents'],
  sqs: ['sendMessage'],
  sns: ['publish'],
  dynamodb: ['getItem', 'putItem', 'updateItem', 'deleteItem'],
  states: ['startExecution'],
}
/** The services of the AWS SDK integrations, every action of which is passed on. */
const SDK_SERVICES = new Set(['aws-sdk:dynamodb', 'aws-sdk:eventbridge', 'aws-sdk:secretsmanager', 'aws-sdk:sqs'])

/**
 * Reads the Resource of a task; undefined if it is not supported here.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
 */
export function readResource(arn: string): Resource | undefined {
  if (/^arn:aws:lambda:[^:]*:[^:]*:function:./.test(arn))
    return { service: FUNCTION, action: arn, waitsForToken: false }
  const [, service = '', action = '', pattern = ''] =
    /^arn:aws:states:[^:]*:[^:]*:((?:aws-sdk:)?[\w-]+):(\w+)((?:\.[\w:]+)?)$/.exec(arn) ?? []
  const isSupported = SUPPORTED[service]?.includes(action) || (SDK_SERVICES.has(service) && pattern === '')
  if (!isSupported || !['', '.waitForTaskToken'].includes(pattern)) return undefined
  return { service, action, waitsForToken: pattern !== '' }
}

/** Why a task cannot be done here, if it cannot. */
export function resourceProblem(arn: string, parameters: JsonObject | undefined): string | undefined {
  const resource = readResource(arn)
  if (!resource) return `the task ${arn} is not supported locally`
  if (resource.waitsForToken && !JSON.stringify(parameters ?? {}).includes('$$.Task.Token'))
    return `a task that waits for its token must pass it on ($$.Task.Token)`
  return undefined
}
