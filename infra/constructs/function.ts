import { Duration, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EventContract } from '../../schemas/event.ts'
import { bundleOf, mustBeBuilt } from '../bundles.ts'
import { Mistake } from '../mistake.ts'
import { accept } from './accept.ts'
import type { Core } from './deployment.ts'
import { grant, mayEmit, type Needs } from './needs.ts'
import { removalPolicyOf } from './removal.ts'

export interface FunctionProps {
  /** Without the stage; also the name of its bundle. */
  readonly name: string
  readonly timeoutSeconds: number
  readonly needs?: Needs
  readonly emits?: readonly EventContract[] | undefined
  readonly environment?: Readonly<Record<string, string>>
  /** At most so many at a time; as many as the account has, if not given. */
  readonly reservedConcurrency?: number | undefined
}

/**
 * A function as all of ours are: Node 24 on ARM, traced, its own log group, and a role of its own that holds what it
 * needs and nothing else. https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export function lambdaFunction(
  scope: Construct,
  { name, timeoutSeconds, needs = {}, emits = [], environment = {}, reservedConcurrency }: FunctionProps,
  core: Core,
): LambdaFunction {
  const { names, settings, buildDir, functions } = core
  if (!functions.some((entry) => entry.name === name)) throw new Mistake(`No file exports the handler of ${name}.`)
  const home = new Construct(scope, name)
  const logGroup = new LogGroup(home, 'Logs', {
    logGroupName: `/aws/lambda/${names.function(name)}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicyOf(settings.stage),
  })
  const role = new Role(home, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  )
  accept(
    role,
    'X-Ray has no resources that its two write actions could be narrowed to.',
    'AwsSolutions-IAM5[Resource::*]',
  )
  const fn = new LambdaFunction(home, 'Function', {
    functionName: names.function(name),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(mustBeBuilt(bundleOf(name, buildDir), `The function ${name}`)),
    handler: 'index.handler',
    memorySize: 512,
    timeout: Duration.seconds(timeoutSeconds),
    tracing: Tracing.ACTIVE,
    role,
    logGroup,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    environment: { STAGE: settings.stage, POWERTOOLS_SERVICE_NAME: name, ...environment },
  })
  for (const statement of mayEmit(emits, core, Stack.of(fn))) fn.addToRolePolicy(statement)
  grant(fn, needs, core)
  return fn
}
