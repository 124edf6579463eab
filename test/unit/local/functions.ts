import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createLambda, type Lambda } from '../../../infra/local/engines/lambda/index.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

export interface Functions {
  readonly lambda: Lambda
  /** Provisions the function `name`, whose bundle is `code` (CommonJS, `exports.handler = …`); answers its folder. */
  readonly add: (name: string, code: string, properties?: object) => Promise<string>
  /** What was logged so far, by function. */
  readonly log: (name: string) => readonly string[]
  readonly warnings: readonly string[]
}

/** The Lambda engine with functions of the test's own; stops with the test. */
export function startFunctions(): Functions {
  const root = temporaryFolder()
  const logs = new Map<string, string[]>()
  const warnings: string[] = []
  const lambda = createLambda(cloudContext(root, { warn: (message) => void warnings.push(message) }), {
    assetPath: (objectKey) => join(root, objectKey),
    log: (group, _stream, lines) => void logs.set(group, [...(logs.get(group) ?? []), ...lines]),
    endpoints: () => ({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }),
  })
  onTestFinished(() => lambda.stop?.())
  return {
    lambda,
    add: async (name, code, properties = {}) => {
      const folder = join(root, name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'index.js'), code)
      await provision(lambda, 'AWS::Lambda::Function', {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 10,
        ...properties,
      })
      return folder
    },
    log: (name) => logs.get(`/aws/lambda/${name}`) ?? [],
    warnings,
  }
}
