import { CfnResource, Stack } from 'aws-cdk-lib'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../infra/app.ts'
import { Mistake } from '../../infra/mistake.ts'
import { synthesize, withApp } from './synthesize.ts'

it('is the same whenever it is synthesized', async () => {
  expect(JSON.stringify([...(await synthesize())])).toBe(JSON.stringify([...(await synthesize())]))
})

it('is known by its stage alone', async () => {
  const stacks = await synthesize({ stage: 'blue' })
  for (const name of stacks.keys()) expect(name).toMatch(/^ensemble-blue(-|$)/)
  expect(JSON.stringify([...stacks])).not.toContain('ensemble-test')
})

it('deploys consumers after the core, and none after another', async () => {
  await withApp({}, (app) => {
    for (const { stackName, dependencies } of app.synth().stacks) {
      const before = dependencies.filter(({ manifest }) => manifest.type === 'aws:cloudformation:stack')
      expect(before.map(({ id }) => id)).toEqual(stackName === 'ensemble-test' ? [] : ['ensemble-test'])
    }
  })
})

it('says in a sentence what is not built', async () => {
  await withApp({}, async ({ outdir }) => {
    const problem = createApp({ buildDir: '/nowhere', outdir }).catch((error: unknown) => error)
    expect(await problem).toBeInstanceOf(Mistake)
    expect(String(await problem)).toMatch(/The \w+ is not built yet: there is no \/nowhere\/\w+\.$/)
  })
})

it('is not deployed without addresses for its mails, and says which', async () => {
  const deploy = (context: Readonly<Record<string, string>>) =>
    withApp({ deploying: true, context }, () => 'made').catch((error: unknown) => error)
  const problem = await deploy({ senderEmail: 'hello@example.com' })
  expect(problem).toBeInstanceOf(Mistake)
  expect(String(problem)).toMatch(/^Mistake: To deploy, say who sends the mails, .*: -c ownerEmail=you@example\.com\.$/)
  expect(await deploy({ senderEmail: 'hello@example.com', ownerEmail: 'you@example.com' })).toBe('made')
})

it('has no stage whose core would take the place of a consumer of another one', async () => {
  const problem = withApp({ context: { stage: 'dev-notify' } }, () => undefined)
  await expect(problem).rejects.toThrow(
    new Mistake('The stack of the stage dev-notify would be that of notify in the stage dev: take another name.'),
  )
})

describe('validation', () => {
  // CloudFormation's schemas and AWS's solution rules; what they find is printed on stderr.
  it.each(['test', 'prod'])('finds nothing that is not accepted for a reason, in stage %s', async (stage) => {
    await withApp({ validation: true, context: { stage } }, (app) => {
      expect(() => app.synth()).not.toThrow()
    })
  })

  const careless: Record<string, [RegExp, (stack: Stack) => void]> = {
    'what AWS advises against': [/AwsSolutions-S1\b/, (stack) => new CfnBucket(stack, 'Open')],
    'what CloudFormation would refuse': [
      /Colour/,
      (stack) => new CfnResource(stack, 'Odd', { type: 'AWS::SQS::Queue', properties: { Colour: 'red' } }),
    ],
  }
  it.each(Object.entries(careless))('finds %s', async (_, [finding, add]) => {
    await withApp({ validation: true }, (app) => {
      add(new Stack(app, 'Careless'))
      expect(() => app.synth()).toThrow(finding)
    })
  })
})
