import { onTestFinished } from 'vitest'
import type { CloudContext } from '../../../infra/local/engines/engine.ts'
import { createFauxqs } from '../../../infra/local/engines/fauxqs.ts'
import type { ObjectEvent } from '../../../infra/local/engines/s3/object-events.ts'
import { createS3 } from '../../../infra/local/engines/s3.ts'
import { cloudContext, provision, temporaryFolder } from './cloud-context.ts'

/** The one signer whose secret is known: of others no signature is checked. */
export const SIGNER = { accessKeyId: 'known', secretAccessKey: 'secret' }

/** S3 with the assets of a deployment to be, and a bucket `site` once that is provisioned. */
export function startS3(overrides: Partial<CloudContext> = {}, stateDir?: string) {
  const context = cloudContext(stateDir, overrides)
  const fauxqs = createFauxqs(context)
  const closed = { yet: false }
  const stop = async () => {
    if (!closed.yet) await fauxqs.close()
    closed.yet = true
  }
  onTestFinished(stop)
  const assets = temporaryFolder()
  const announced: ObjectEvent[] = []
  const s3 = createS3(context, {
    fauxqs,
    assetPath: (objectKey) => (objectKey === 'site.zip' ? assets : undefined),
    announce: (event) => announced.push(event),
    secretOf: (accessKeyId) => (accessKeyId === SIGNER.accessKeyId ? SIGNER.secretAccessKey : undefined),
  })
  return {
    s3,
    announced,
    fauxqs,
    assets,
    stop,
    bucket: (properties: object = {}) => provision(s3, 'AWS::S3::Bucket', { BucketName: 'site', ...properties }),
    deploy: (properties: object = {}) =>
      provision(s3, 'Custom::CDKBucketDeployment', {
        SourceBucketNames: ['assets'],
        SourceObjectKeys: ['site.zip'],
        DestinationBucketName: 'site',
        Prune: 'true',
        ...properties,
      }),
    text: (key: string) => s3.getObject('site', key)?.body.toString(),
  }
}

/** What makes a bucket tell EventBridge of its objects. */
export const TELLS = { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }
