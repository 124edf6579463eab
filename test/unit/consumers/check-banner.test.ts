import { expect, test } from 'vitest'
import { MAX_BANNER_BYTES } from '../../../schemas/meetups.ts'
import { setFunctionEnvironment, sqsBatch } from '../../support/function-environment.ts'
import { captureLog } from '../../support/log-lines.ts'
import { awsEndpoint } from '../local/aws-endpoint.ts'
import { startS3, TELLS } from '../local/s3.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex')
const JPEG = Buffer.from('ffd8ffe000104a46', 'hex')
const sized = (start: Buffer, size: number) => Buffer.concat([start, Buffer.alloc(size - start.length)])

test('deletes what is too large or no picture of its type, and only what it was told of', async () => {
  const { s3, bucket, announced, fauxqs } = startS3()
  const { endpoint } = await awsEndpoint(s3)
  setFunctionEnvironment(endpoint)
  const { handler } = await import('../../../consumers/keep-meetups/check-banner.ts')
  await bucket(TELLS)
  const put = (key: string, body: Buffer) => fauxqs.s3Store.putObject('site', `banners/${key}`, body, 'image/png')
  put('png.png', PNG)
  put('jpeg.jpg', JPEG)
  put('large.png', sized(PNG, MAX_BANNER_BYTES))
  put('larger.png', sized(PNG, MAX_BANNER_BYTES + 1))
  put('png.jpg', PNG)
  put('page.png', Buffer.from('<script>alert(1)</script>'))
  put('short.png', PNG.subarray(0, 4))
  put('empty.jpg', Buffer.alloc(0))
  put('replaced.png', Buffer.from('not a picture'))
  put('replaced.png', PNG)
  put('gone.png', Buffer.from('not a picture'))
  fauxqs.s3Store.deleteObject('site', 'banners/gone.png')

  const log = captureLog()
  const created = announced.filter(({ name }) => name === 'Object Created')
  expect(await handler(sqsBatch(...created))).toEqual({ batchItemFailures: [] })
  const left = fauxqs.s3Store.listObjects('site').objects.map(({ key }) => key)
  expect(left.sort()).toEqual(['jpeg.jpg', 'large.png', 'png.png', 'replaced.png'].map((name) => `banners/${name}`))
  expect(log()).toContain('banners/larger.png')

  expect(await handler(sqsBatch({ detail: {} }, created[0] ?? {}))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  })
})
