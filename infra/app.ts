import { App, DefaultStackSynthesizer, type IReusableStackSynthesizer, Validations } from 'aws-cdk-lib'
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api'
import * as z from 'zod'
import { buildFunctions, functionEntries } from './bundles.ts'
import { consumerStack, infrastructureOf } from './consumer-stack.ts'
import { consumers, routeFunctions, workflows } from './contracts.ts'
import { coreStack } from './core/core-stack.ts'
import { Mistake } from './mistake.ts'
import { namesOf } from './names.ts'
import { BUILD_DIR } from './paths.ts'
import { mustNameAddresses, readSettings } from './settings.ts'
import { definitionOf, workflowStack } from './workflow-stack.ts'

/** The CDK's class fits its own interface at run time, but not under `exactOptionalPropertyTypes`. */
const Synthesizer = z.custom<IReusableStackSynthesizer>((value) => value instanceof DefaultStackSynthesizer)

export interface AppOptions {
  /** CDK context: our settings (see settings.ts) and CDK's own keys. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Where the cloud assembly is written to. */
  readonly outdir?: string
  /** Where the functions and the site have been built to. */
  readonly buildDir?: string
  /** Check the templates against CloudFormation's schemas and AWS's solution rules; takes several seconds. */
  readonly validation?: boolean
  /** Whether it is for AWS, where mails have to come from somebody. */
  readonly deploying?: boolean
}

/**
 * The whole app: a core stack and one stack for each folder in `consumers/` and `workflows/`. Needs what it deploys to be built, and
 * neither network nor credentials. Throws a `Mistake` for a setting, contract or folder that is not right.
 */
export async function createApp({
  context,
  outdir,
  buildDir = BUILD_DIR,
  validation = false,
  deploying = false,
}: AppOptions = {}): Promise<App> {
  const app = new App({
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, ...context },
    ...(outdir ? { outdir } : {}),
    analyticsReporting: false,
    builtinCloudFormationValidation: validation,
    defaultStackSynthesizer: Synthesizer.parse(new DefaultStackSynthesizer({ generateBootstrapVersionRule: false })),
  })
  const contextOf = (key: string): unknown => app.node.tryGetContext(key)
  if (deploying) mustNameAddresses(contextOf)
  const settings = readSettings(contextOf)
  mustNotCover(settings.stage)
  const functions = functionEntries()
  const routes = routeFunctions(functions)
  const deployment = { names: namesOf(settings.stage), settings, buildDir, functions, routes }
  const core = coreStack(app, deployment)
  for (const consumer of consumers) {
    consumerStack(app, consumer, deployment, await infrastructureOf(consumer)).addStackDependency(core)
  }
  for (const workflow of workflows) {
    workflowStack(app, workflow, deployment, await definitionOf(workflow)).addStackDependency(core)
  }
  if (validation) {
    const { AwsSolutionsChecks } = await import('cdk-nag')
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  }
  return app
}

/** Throws a `Mistake` if the core stack of a stage has the name that another stage's consumer or workflow has. */
function mustNotCover(stage: string): void {
  const covered = [...consumers, ...workflows].find(({ name }) => stage.endsWith(`-${name}`))
  if (!covered) return
  const other = stage.slice(0, -covered.name.length - 1)
  throw new Mistake(
    `The stack of the stage ${stage} would be that of ${covered.name} in the stage ${other}: take another name.`,
  )
}

if (import.meta.main) {
  try {
    await buildFunctions()
    const app = await createApp({ validation: true, deploying: process.argv.includes('--deploying') })
    app.synth()
  } catch (error) {
    console.error(error instanceof Mistake ? error.message : error)
    process.exitCode = 1
  }
}
