import type { IncomingMessage, ServerResponse } from 'node:http'
import { provision } from './assembly/provision.ts'
import { readAssembly } from './assembly/read.ts'
import type { Mishaps } from './chaos.ts'
import { consoleRoutes } from './console/routes/index.ts'
import { createConsole } from './console/server.ts'
import { createAttempts } from './engines/attempts.ts'
import { createCloudFormation } from './engines/cloudformation.ts'
import { createCloudFront } from './engines/cloudfront.ts'
import { createCognito } from './engines/cognito.ts'
import type { DynamoDbProcess } from './engines/dynamodb/process.ts'
import { createDynamoDb } from './engines/dynamodb.ts'
import { AwsError, type CloudContext, type Engine } from './engines/engine.ts'
import { createEventSources } from './engines/event-sources.ts'
import { createEventBridge, type Deliver } from './engines/eventbridge/index.ts'
import { createFauxqs } from './engines/fauxqs.ts'
import { createHttpApis } from './engines/http-api/index.ts'
import { createIam } from './engines/iam.ts'
import { identityOf } from './engines/identity.ts'
import { createInert } from './engines/inert.ts'
import { createFaults } from './engines/lambda/faults.ts'
import { createLambda, type Lambda } from './engines/lambda/index.ts'
import { createLogs } from './engines/logs.ts'
import { createS3 } from './engines/s3.ts'
import { createSchemaRegistry } from './engines/schemas.ts'
import { createSecretsManager } from './engines/secrets-manager.ts'
import { createSes } from './engines/ses.ts'
import { createSns, type Sns } from './engines/sns.ts'
import { createSqs, type Sqs } from './engines/sqs.ts'
import { createStepFunctions, type StepFunctions } from './engines/step-functions.ts'
import { createSts } from './engines/sts.ts'
import { createGateway } from './gateway.ts'
import type { Listener } from './listen.ts'
import type { Cleanup, Cloud, CloudOptions } from './start-cloud.ts'

/** What has been there since before the engines were loaded. */
export interface Foundation {
  readonly options: CloudOptions
  readonly context: CloudContext
  readonly site: Listener
  readonly aws: Listener
  readonly java: Promise<DynamoDbProcess>
  /** Whatever is started is to be stopped, the last first. */
  readonly cleanups: Cleanup[]
}

/** Provisions every resource on its engine, then serves the site and the AWS endpoint. */
export async function serveCloud({
  options: { assembly: assemblyFolder, chaos, compileCache, consoleFolder },
  context,
  site,
  aws,
  java,
  cleanups,
}: Foundation): Promise<Omit<Cloud, 'stop'>> {
  const { warn } = context
  const assembly = readAssembly(assemblyFolder)
  const fauxqs = createFauxqs(context)
  cleanups.push(() => fauxqs.close())
  const logs = createLogs(context)
  const sqs = createSqs(context, fauxqs)
  const s3 = createS3(context, {
    fauxqs,
    assetPath: assembly.assetPath,
    announce: (event) => eventBridge.announce(event),
    secretOf: (accessKeyId) => lambda.secretOf(accessKeyId),
  })
  const attempts = createAttempts()
  const ses = createSes(context, attempts)
  const dynamoDb = createDynamoDb(context, await java)
  const faults = createFaults()
  const lambda = createLambda(context, {
    compileCache,
    assetPath: assembly.assetPath,
    log: logs.append,
    fault: faults.next,
    eventSources: (request) => eventSources.api(request),
  })
  const cognito = createCognito(context, { invoke: lambda.invoke, sendMail: ses.send })
  const httpApis = createHttpApis(context, lambda.invoke, cognito.keysOf)
  const cloudFront = createCloudFront(context, { getObject: s3.getObject, api: httpApis.handle })
  const sns = createSns(context, { fauxqs, sqs, functions: lambda, sendMail: ses.send })
  const eventBridge = createEventBridge(
    context,
    deliverTo({
      sqs,
      sns,
      lambda,
      stepFunctions: () => stepFunctions,
      isTracked: (arn) => eventSources.reads(arn),
      mishaps: chaos?.mishaps,
    }),
    { sendings: chaos?.sendings, batch: fauxqs.transaction },
  )
  const eventSources = createEventSources(context, {
    sqs,
    streams: dynamoDb,
    lambda,
    report: eventBridge.report,
    attempts,
    mishaps: chaos?.mishaps,
  })

  const iam = createIam(context)
  const stepFunctions = createStepFunctions(context, {
    invoke: lambda.invoke,
    service: (name) => engines.find(({ services }) => services?.[name])?.services?.[name],
    refusal: iam.refusal,
    announce: (executionArn, detail) =>
      eventBridge.announce({
        source: 'aws.states',
        name: 'Step Functions Execution Status Change',
        resources: [executionArn],
        detail,
      }),
  })
  const cloudFormation = createCloudFormation(context)
  const schemaRegistry = createSchemaRegistry(context)

  const engines: readonly Engine[] = [
    logs,
    sqs,
    s3,
    ses,
    dynamoDb,
    lambda,
    cognito,
    httpApis,
    cloudFront,
    sns,
    eventBridge,
    eventSources,
    stepFunctions,
    schemaRegistry,
    createSecretsManager(context),
    createSts(context),
    iam,
    cloudFormation,
    createInert(context),
  ]
  for (const { stop } of engines) if (stop) cleanups.push(stop)
  const stacks = await provision(assembly, engines, context)
  cloudFormation.show(stacks)
  for (const engine of engines) await engine.start?.()

  let ready = true
  cleanups.push(() => {
    ready = false
  })
  const console = createConsole({
    folder: consoleFolder,
    routes: consoleRoutes({
      context,
      eventBridge,
      eventSources,
      httpApis,
      sqs,
      s3,
      lambda,
      faults,
      logs,
      dynamoDb,
      schemaRegistry,
      stepFunctions,
      ses,
      cognito,
      sns,
      ready: () => ready,
    }),
    onEvent: eventBridge.onChange,
    onEmail: ses.onEmail,
    onExecution: stepFunctions.onChange,
  })
  aws.serve(createGateway(engines, warn, iam.guard(lambda.functions())))
  site.serve((request: IncomingMessage, response: ServerResponse) => {
    if (/^\/_console(?=$|[/?])/.test(request.url ?? '')) return console(request, response)
    cloudFront.handle(request, response).catch((error) => {
      // The caller hung up: there is nobody to answer, and nothing to put right.
      if (request.destroyed && !request.complete) return
      warn(`The site failed to answer ${request.url}: ${error instanceof Error ? error.stack : String(error)}`)
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
  })
  const outputs = new Map(stacks.flatMap(({ outputs }) => outputs.map(({ name, value }) => [name, value] as const)))
  return { siteUrl: context.siteUrl, endpoint: context.endpoint, outputs, reload: lambda.reload }
}

interface Targets {
  readonly sqs: Sqs
  readonly sns: Sns
  readonly lambda: Lambda
  readonly stepFunctions: () => StepFunctions
  /** Does somebody here take messages from this queue, and report on them? */
  readonly isTracked: (queueArn: string) => boolean
  readonly mishaps: Mishaps | undefined
}

/** How EventBridge hands an event to a target, by the service in the target's ARN. */
const deliverTo =
  ({ sqs, sns, lambda, stepFunctions, isTracked, mishaps }: Targets): Deliver =>
  async (targetArn, payload, { id, traceId, attempt, mostAttempts }, attributes) => {
    const service = targetArn.split(':')[2]
    if (service === 'sqs') {
      if (!sqs.exists(targetArn)) throw new AwsError('NO_RESOURCE', `The queue ${targetArn} does not exist`)
      return { ...sqs.send(targetArn, payload, attributes), tracked: isTracked(targetArn) }
    }
    if (service === 'sns') return { messageId: sns.publish(targetArn, payload), tracked: false }
    if (service === 'states') {
      stepFunctions().startForEvent(targetArn, payload, id, traceId)
      return { tracked: false }
    }
    if (service === 'lambda') {
      if (!lambda.exists(targetArn)) throw new AwsError('NO_RESOURCE', `The function ${targetArn} does not exist`)
      const mishap = mishaps?.({ about: identityOf(payload), functionName: targetArn, attempt, mostAttempts })
      const { functionError, payload: error } = await lambda.invoke(targetArn, payload, {
        mishap,
        ...(traceId ? { traceId } : {}),
      })
      if (functionError) throw new AwsError('SDK_CLIENT_ERROR', error, 500)
      return { tracked: false }
    }
    throw new AwsError('NO_RESOURCE', `Targets of the service ${service} are not supported locally`)
  }
