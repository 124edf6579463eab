import { ArnFormat, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { type EventContract, sourceOf } from '../../schemas/event.ts'
import type { RouteContract } from '../../schemas/route.ts'
import type { Settings } from '../settings.ts'
import { accept } from './accept.ts'
import type { Core } from './deployment.ts'

type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'

type BannerAction = 'PutObject' | 'GetObject' | 'DeleteObject' | 'ListBucket'

type WorkflowAction = 'StartExecution' | 'StopExecution'

/** What a function needs beside its logs and traces: it gets the rights and the environment for exactly that. */
export interface Needs {
  /** A table, or `table/index`, to what is done there. */
  readonly tables?: Readonly<Record<string, readonly TableAction[]>>
  readonly secrets?: readonly 'link-key'[]
  /** Each becomes an environment variable: `ownerEmail` is `OWNER_EMAIL`. */
  readonly settings?: readonly (keyof Settings | 'siteUrl')[]
  readonly mail?: boolean
  readonly userPool?: 'client' | 'users'
  /** What is done with meetups' banners. */
  readonly banners?: readonly BannerAction[]
  /** A workflow, to what is done with its executions. Its ARN becomes an environment variable: `PLACE_ORDER_ARN`. */
  readonly workflows?: Readonly<Record<string, readonly WorkflowAction[]>>
}

const READ: readonly TableAction[] = ['GetItem', 'BatchGetItem', 'Query']

/** A route's needs follow from its contract. */
export const needsOf = ({ uses: { rateLimits, reservedConcurrency: _, ...uses } = {} }: RouteContract): Needs => ({
  ...uses,
  tables: {
    ...Object.fromEntries((uses.tables ?? []).map((table) => [table, table.includes('/') ? ['Query' as const] : READ])),
    ...(rateLimits ? { 'rate-limits': ['UpdateItem' as const] } : {}),
  },
})

/**
 * Adds what a function needs to its role and its environment. Whatever another stack may own goes by its name, so that
 * no stack waits for another. https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
 */
export function grant(fn: LambdaFunction, needs: Needs, core: Core): void {
  const stack = Stack.of(fn)
  const statements = [
    ...mayUseTables(needs, core, stack),
    ...mayReadSecrets(needs, core, stack),
    ...mayMail(needs, core, stack),
    ...mayAskUserPool(needs, core, stack),
    ...mayUseWorkflows(needs, core, stack),
    ...mayUseBanners(needs, core, stack),
  ]
  for (const statement of statements) fn.addToRolePolicy(statement)

  for (const workflow of Object.keys(needs.workflows ?? {})) {
    const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${core.names.workflow(workflow)}:*`
    accept(
      fn.role ?? fn,
      'Executions have names that nobody knows before.',
      `AwsSolutions-IAM5[Resource::${executions}]`,
    )
  }

  if (needs.banners) {
    const banners = `arn:<AWS::Partition>:s3:::${core.names.banners('<AWS::AccountId>', '<AWS::Region>')}/banners/*`
    accept(fn.role ?? fn, 'Each meetup has a banner of its own.', `AwsSolutions-IAM5[Resource::${banners}]`)
    fn.addEnvironment('BANNERS_BUCKET', core.names.banners(stack.account, stack.region))
  }

  if (needs.mail) {
    const resources = MAIL_RESOURCES.map((name) => `arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:${name}/*`)
    const findings = resources.map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`)
    accept(fn.role ?? fn, 'To anybody; from our address only, as the condition says.', ...findings)
  }

  const { settings = [], mail = false, userPool, workflows = {} } = needs
  for (const key of new Set([...settings, ...(mail ? ['senderEmail' as const] : [])])) {
    fn.addEnvironment(variableOf(key), String(key === 'siteUrl' ? core.siteUrl : core.settings[key]))
  }
  if (userPool) fn.addEnvironment('USER_POOL_CLIENT_ID', core.userPoolClientId)
  if (userPool === 'users') fn.addEnvironment('USER_POOL_ID', core.userPoolId)
  for (const workflow of Object.keys(workflows)) {
    fn.addEnvironment(`${workflow.replaceAll('-', '_').toUpperCase()}_ARN`, stateMachineArn(workflow, core, stack))
  }
}

/**
 * What lets somebody put these events on the bus, and no others. One statement for each source: all sources with all names
 * together would allow pairs that do not exist.
 */
export function mayEmit(events: readonly EventContract[], { names }: Core, stack: Stack): PolicyStatement[] {
  const bus = stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: names.bus })
  return Object.entries(Object.groupBy(events, sourceOf)).map(([source, same = []]) => {
    const detailTypes = [...new Set(same.map(({ name }) => name))]
    const conditions = { StringEquals: { 'events:source': source, 'events:detail-type': detailTypes } }
    return new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus], conditions })
  })
}

/** `registrationTtlSeconds` is `REGISTRATION_TTL_SECONDS`. */
const variableOf = (setting: string): string => setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

const mayUseTables = ({ tables = {} }: Needs, { names }: Core, stack: Stack): PolicyStatement[] =>
  Object.entries(tables).map(([path, actions]) => {
    const [table = '', index] = path.split('/')
    const resourceName = names.table(table) + (index ? `/index/${index}` : '')
    return new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName })],
    })
  })

/** Secrets Manager adds a dash and six characters of its own to a secret's name. */
const mayReadSecrets = ({ secrets = [] }: Needs, { names }: Core, stack: Stack): PolicyStatement[] =>
  secrets.map((secret) => {
    const resourceName = `${{ 'link-key': names.linkKey }[secret]}-??????`
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME
    return new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat })],
    })
  })

/**
 * Mail goes out from this address only. SES asks for the right to its identity, which may be that of its domain, to the
 * identities of recipients as long as the account is in the sandbox, and to a configuration set if an identity has one.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
 */
const MAIL_RESOURCES = ['identity', 'configuration-set']

function mayMail({ mail = false }: Needs, { settings: { senderEmail } }: Core, stack: Stack): PolicyStatement[] {
  if (!mail) return []
  return [
    new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: MAIL_RESOURCES.map((resource) => stack.formatArn({ service: 'ses', resource, resourceName: '*' })),
      conditions: { StringEquals: { 'ses:FromAddress': senderEmail } },
    }),
  ]
}

/** What a client may do for whoever calls needs no rights; to ask about any user does. */
function mayAskUserPool({ userPool }: Needs, { userPoolId }: Core, stack: Stack): PolicyStatement[] {
  if (userPool !== 'users') return []
  const pool = stack.formatArn({ service: 'cognito-idp', resource: 'userpool', resourceName: userPoolId })
  return [new PolicyStatement({ actions: ['cognito-idp:AdminGetUser'], resources: [pool] })]
}

function mayUseBanners({ banners }: Needs, { names }: Core, stack: Stack): PolicyStatement[] {
  if (!banners) return []
  const resource = names.banners(stack.account, stack.region)
  const bucket = stack.formatArn({ service: 's3', region: '', account: '', resource })
  return banners.map((action) => {
    const resources = [action === 'ListBucket' ? bucket : `${bucket}/banners/*`]
    return new PolicyStatement({ actions: [`s3:${action}`], resources })
  })
}

const stateMachineArn = (workflow: string, { names }: Core, stack: Stack): string =>
  stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: names.workflow(workflow),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })

/** Executions are started by their state machine, but stopped by ARNs of their own, which nobody knows before. */
const mayUseWorkflows = ({ workflows = {} }: Needs, core: Core, stack: Stack): PolicyStatement[] =>
  Object.entries(workflows).flatMap(([workflow, actions]) =>
    actions.map((action) => {
      const machine = stateMachineArn(workflow, core, stack)
      const executions = `${machine.replace(':stateMachine:', ':execution:')}:*`
      const resources = [{ StartExecution: machine, StopExecution: executions }[action]]
      return new PolicyStatement({ actions: [`states:${action}`], resources })
    }),
  )
