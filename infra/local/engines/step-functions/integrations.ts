import type { AwsRequest, Service } from '../engine.ts'
import { AwsError } from '../engine.ts'
import type { Refusal } from '../iam.ts'
import type { Lambda } from '../lambda/index.ts'
import { StateFailure } from './failure.ts'
import { isArray, isObject, type Json, type JsonObject, parseJson } from './json.ts'
import { FUNCTION, type Resource } from './resource.ts'
import type { CallService } from './task.ts'

export interface IntegrationDependencies {
  readonly region: string
  readonly invoke: Lambda['invoke']
  /** The local API of a service, by its name in the SigV4 credential scope. */
  readonly service: (name: string) => Service | undefined
  /** Why the state machine's role may not make a call. */
  readonly refusal: Refusal
  /** Starts an execution of a state machine here; answers its ARN and when it began (epoch milliseconds). */
  readonly start: (input: { readonly stateMachineArn: string; readonly name?: string; readonly input?: string }) => {
    readonly executionArn: string
    readonly startedAt: number
  }
}

type Execution = Parameters<CallService>[2]

/** How a service is reached, and what its errors are called in a workflow. */
interface Api {
  readonly scope: string
  readonly target: string
  /** Errors are `<prefix>.<code>`, and those that have no name of their own `<prefix>.<other>`. */
  readonly prefix: string
  readonly other: string
}

const dynamodb = { scope: 'dynamodb', target: 'DynamoDB_20120810' }
const events = { scope: 'events', target: 'AWSEvents' }
const sqs = { scope: 'sqs', target: 'AmazonSQS' }
const secretsManager = { scope: 'secretsmanager', target: 'secretsmanager' }

const APIS: Readonly<Record<string, Api>> = {
  dynamodb: { ...dynamodb, prefix: 'DynamoDB', other: 'AmazonDynamoDBException' },
  events: { ...events, prefix: 'EventBridge', other: 'AmazonEventBridgeException' },
  sqs: { ...sqs, prefix: 'SQS', other: 'AmazonSQSException' },
  'aws-sdk:dynamodb': { ...dynamodb, prefix: 'DynamoDb', other: 'DynamoDbException' },
  'aws-sdk:eventbridge': { ...events, prefix: 'EventBridge', other: 'EventBridgeException' },
  'aws-sdk:sqs': { ...sqs, prefix: 'Sqs', other: 'SqsException' },
  'aws-sdk:secretsmanager': { ...secretsManager, prefix: 'SecretsManager', other: 'SecretsManagerException' },
}

/** What is the caller's fault has no exception of its own. */
const UNNAMED = new Set([
  'MissingParameter',
  'SerializationException',
  'UnknownOperationException',
  'ValidationException',
])

/**
 * What tasks do: functions, and other services through their local API.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
 */
export function createIntegrations(dependencies: IntegrationDependencies): CallService {
  const { region, invoke, service, start, refusal } = dependencies

  /** Throws unless the role of the execution's state machine allows it. */
  function authorize(execution: Execution, scope: string, request: AwsRequest): void {
    const refused = refusal(callerOf(execution), scope, request)
    if (refused) throw refused
  }

  async function call(execution: Execution, api: Api, action: string, input: Json): Promise<Json> {
    const serve = service(api.scope)
    if (!serve) throw new AwsError('ServiceUnavailable', `The service ${api.scope} is not supported locally`, 503)
    const request: AwsRequest = {
      method: 'POST',
      url: '/',
      headers: {
        'content-type':
          api.scope === 'dynamodb' || api.scope === 'sqs' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
        'x-amz-target': `${api.target}.${action.charAt(0).toUpperCase()}${action.slice(1)}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${CALLER}/20260101/${region}/${api.scope}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: Buffer.from(JSON.stringify(input)),
      caller: CALLER,
    }
    authorize(execution, api.scope, request)
    const answer = await serve(request)
    const body = parseJson(answer.body.toString() || '{}')
    if (answer.status < 400) return body
    const { __type, message, Message } = isObject(body) ? body : {}
    const code = String(__type ?? 'InternalFailure').replace(/^.*#/, '')
    throw new AwsError(code, String(message ?? Message ?? ''), answer.status)
  }

  async function callApi(execution: Execution, { service: name, action }: Resource, input: Json): Promise<Json> {
    const api = APIS[name]
    if (!api) throw new StateFailure('States.Runtime', `${name} is not supported locally`)
    try {
      return await call(execution, api, action, input)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw named(error, api.prefix, api.other, api.scope)
    }
  }

  async function invokeFunction(execution: Execution, name: string, payload: Json): Promise<Json> {
    const { trace } = execution
    try {
      const url = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`
      authorize(execution, 'lambda', { ...UNSIGNED, url })
      const invoked = await invoke(name, JSON.stringify(payload), trace === undefined ? {} : { traceId: trace })
      if (invoked.functionError === undefined) return parseJson(invoked.payload || 'null')
      throw functionFailure(invoked.payload)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw named(error, 'Lambda', 'AWSLambdaException', 'AWSLambda')
    }
  }

  return async (resource, parameters, execution) => {
    const { service: name, action } = resource
    const given = isObject(parameters) ? parameters : {}
    switch (name) {
      case FUNCTION:
        return invokeFunction(execution, action, parameters)
      case 'lambda':
        return {
          ExecutedVersion: '$LATEST',
          Payload: await invokeFunction(execution, String(given.FunctionName), given.Payload ?? {}),
          StatusCode: 200,
        }
      case 'events': {
        const answer = await callApi(execution, resource, withOrigin(given, [execution.arn, execution.machineArn]))
        if (isObject(answer) && answer.FailedEntryCount === 0) return answer
        throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(answer))
      }
      case 'sqs':
        return callApi(execution, resource, { ...given, MessageBody: textOf(given.MessageBody) })
      case 'sns':
        return publish(execution, given)
      case 'states':
        return startExecution(execution, given)
      default:
        return callApi(execution, resource, given)
    }
  }

  async function publish(execution: Execution, given: JsonObject): Promise<Json> {
    const { MessageAttributes = {}, ...parameters } = given
    const form = new URLSearchParams({ Action: 'Publish' })
    for (const [name, value] of Object.entries(parameters)) form.set(name, String(textOf(value)))
    for (const [index, [name, attribute]] of Object.entries(
      isObject(MessageAttributes) ? MessageAttributes : {},
    ).entries()) {
      form.set(`MessageAttributes.entry.${index + 1}.Name`, name)
      for (const [member, value] of Object.entries(isObject(attribute) ? attribute : {}))
        form.set(`MessageAttributes.entry.${index + 1}.Value.${member}`, String(value))
    }
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const request = { ...UNSIGNED, headers, body: Buffer.from(`${form}`) }
    const refused = refusal(callerOf(execution), 'sns', request)
    if (refused) throw named(refused, 'SNS', 'AmazonSNSException', 'AmazonSNS')
    const answer = await service('sns')?.(request)
    const member = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(String(answer?.body))?.[1] ?? ''
    if (answer && answer.status < 400) return { MessageId: member('MessageId') }
    const error = new AwsError(`${member('Code')}Exception`, member('Message'), answer?.status ?? 503)
    throw named(error, 'SNS', 'AmazonSNSException', 'AmazonSNS')
  }

  function startExecution(execution: Execution, { StateMachineArn, Name, Input }: JsonObject): Json {
    try {
      const headers = { 'x-amz-target': 'AWSStepFunctions.StartExecution' }
      const body = Buffer.from(JSON.stringify({ stateMachineArn: StateMachineArn }))
      authorize(execution, 'states', { ...UNSIGNED, headers, body })
      const { executionArn, startedAt } = start({
        stateMachineArn: String(StateMachineArn),
        ...(Name === undefined ? {} : { name: String(Name) }),
        ...(Input === undefined ? {} : { input: String(textOf(Input)) }),
      })
      return { ExecutionArn: executionArn, StartDate: startedAt / 1000 }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw new StateFailure(`StepFunctions.${error.code.replace(/Exception$/, '')}Exception`, error.message)
    }
  }
}

/** Who has signed what a workflow sends. */
export const CALLER = 'StepFunctions'
const UNSIGNED: AwsRequest = { method: 'POST', url: '/', headers: {}, body: Buffer.alloc(0), caller: CALLER }

const callerOf = ({ name: session, roleArn }: Execution) => ({ session, roleArn })

/** Where a text is wanted, anything else is its JSON. */
const textOf = (value: Json | undefined): Json =>
  value === undefined || typeof value === 'string' ? (value ?? null) : JSON.stringify(value)

/**
 * Each event says which execution has sent it, beside what it is about.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
const withOrigin = ({ Entries, ...others }: JsonObject, arns: readonly string[]): JsonObject => ({
  ...others,
  Entries: (isArray(Entries) ? Entries : []).map((entry) => {
    if (!isObject(entry)) return entry
    const { Resources = [], Detail } = entry
    return {
      ...entry,
      ...(Detail === undefined ? {} : { Detail: textOf(Detail) }),
      ...(isArray(Resources) ? { Resources: [...Resources, ...arns] } : {}),
    }
  }),
})

function named({ code, message, status }: AwsError, prefix: string, other: string, service: string): StateFailure {
  const name = UNNAMED.has(code) ? other : code.endsWith('Exception') ? code : `${code}Exception`
  return new StateFailure(
    `${prefix}.${name}`,
    `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code})`,
  )
}

/** A function's own error is called what the function calls it. */
function functionFailure(payload: string): StateFailure {
  let error: Json = null
  try {
    error = parseJson(payload)
  } catch {
    // Not JSON: nothing in it can be a name.
  }
  const type = isObject(error) ? error.errorType : undefined
  return new StateFailure(typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown', payload)
}
