import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'
import { temporaryFolder } from './cloud-context.ts'
import { startS3, TELLS } from './s3.ts'

async function start(stateDir?: string) {
  const started = startS3({}, stateDir)
  const client = new S3Client({ ...(await awsEndpoint(started.s3)), forcePathStyle: true })
  return { ...started, client }
}

test('a bucket that is to tell EventBridge of its objects does, once for each', async () => {
  const { client, bucket, announced } = await start()
  await bucket(TELLS)
  await client.send(new CreateBucketCommand({ Bucket: 'silent' }))
  for (const Bucket of ['silent', 'site']) {
    await client.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'four' }))
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/a%20b` }))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }))
  }
  const object = { size: 4, etag: '8cbad96aced40b3838dd9f07f6ef5772' }
  const told = { source: 'aws.s3', resources: ['arn:aws:s3:::site'] }
  expect(announced).toMatchObject([
    {
      ...told,
      name: 'Object Created',
      detail: { bucket: { name: 'site' }, object: { key: 'a b', ...object }, reason: 'PutObject' },
    },
    { ...told, name: 'Object Created', detail: { object: { key: 'copy', ...object }, reason: 'CopyObject' } },
    { ...told, name: 'Object Deleted', detail: { object: { key: 'copy' }, reason: 'DeleteObject' } },
  ])
})

test('an object is deleted only if it is the one that is meant', async () => {
  const { client, bucket, text } = await start()
  await bucket()
  const object = { Bucket: 'site', Key: 'a b' }
  const { ETag: first } = await client.send(new PutObjectCommand({ ...object, Body: 'first' }))
  const { ETag: second } = await client.send(new PutObjectCommand({ ...object, Body: 'second' }))
  const remove = (IfMatch = '') => client.send(new DeleteObjectCommand({ ...object, IfMatch }))
  await expect(remove(first)).rejects.toMatchObject({ name: 'PreconditionFailed' })
  expect(text('a b')).toBe('second')
  await remove(second)
  expect(text('a b')).toBeUndefined()
  await expect(remove(second)).rejects.toMatchObject({ name: 'NoSuchKey' })
})

test('the CORS rules of a bucket are kept with it', async () => {
  const stateDir = temporaryFolder()
  const { client, stop } = await start(stateDir)
  const Bucket = 'mine'
  const CORSRules = [
    {
      AllowedMethods: ['PUT', 'GET'],
      AllowedOrigins: ['https://a.example?b&c'],
      AllowedHeaders: ['*'],
      MaxAgeSeconds: 9,
    },
    { ID: 'second', AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['ETag'] },
  ]
  await client.send(new CreateBucketCommand({ Bucket }))
  await expect(client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toThrow('CORS configuration does not exist')
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  await stop()

  const again = await start(stateDir)
  expect((await again.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules)
  const wrong = { CORSRules: [{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }] }
  await expect(again.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: wrong }))).rejects.toThrow(
    'Unsupported method is PATCH',
  )
  await again.client.send(new DeleteBucketCorsCommand({ Bucket }))
  await expect(again.client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toThrow('does not exist')
  await again.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  await again.client.send(new DeleteBucketCommand({ Bucket }))
  await again.client.send(new CreateBucketCommand({ Bucket }))
  await expect(again.client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toThrow('does not exist')
})
