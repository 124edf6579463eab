import { expect, onTestFinished, test } from 'vitest'
import { bucketRoutes } from '../../../infra/local/console/routes/buckets.ts'
import { startConsole } from '../../support/console.ts'
import { startS3 } from './s3.ts'

async function start() {
  const { s3, bucket, fauxqs } = startS3()
  const site = await startConsole(...bucketRoutes({ s3 }))
  onTestFinished(site.stop)
  await bucket()
  return {
    site,
    put: (key: string, body: string, type?: string) => fauxqs.s3Store.putObject('site', key, Buffer.from(body), type),
    get: async (path = '') => {
      const { status, body } = await site.get(`/_console/api/buckets${path}`)
      return { status, body: JSON.parse(body) }
    },
  }
}

test('buckets are told with what they hold', async () => {
  const { get, put } = await start()
  put('a', 'four')
  put('b', 'more')
  const site = { name: 'site', createdAt: expect.any(Number), objectCount: 2, bytes: 8 }
  expect(await get()).toEqual({ status: 200, body: [site] })
})

test('objects come in pages, in the order of their keys, all or those of a prefix', async () => {
  const { get, put } = await start()
  const keys = Array.from({ length: 60 }, (_, index) => `${index % 2 ? 'B' : 'a'}/${String(index).padStart(2, '0')}`)
  for (const key of keys) put(key, key, 'text/plain')
  const first = await get('/site/objects')
  expect(first.body.objects).toHaveLength(50)
  expect(first.body.objects[0]).toEqual({
    key: 'B/01',
    bytes: 4,
    contentType: 'text/plain',
    modifiedAt: expect.any(Number),
    etag: expect.any(String),
  })
  const second = await get(`/site/objects?after=${encodeURIComponent(first.body.next)}`)
  const all = [...first.body.objects, ...second.body.objects].map(({ key }: { key: string }) => key)
  expect([all, second.body.next]).toEqual([keys.toSorted(), undefined])
  expect((await get('/site/objects?prefix=a/1')).body.objects).toHaveLength(5)
  expect(await get('/none/objects')).toMatchObject({ status: 404, body: { detail: 'There is no bucket none' } })
})

test('an object is a file to keep, and only a picture says what it is', async () => {
  const { site, put } = await start()
  put('a b/ü.png', 'picture', 'image/png')
  put('page.html', '<script>', 'text/html')
  const path = '/_console/api/buckets/site/object?key='
  const picture = await site.get(`${path}${encodeURIComponent('a b/ü.png')}`)
  expect(picture).toMatchObject({ status: 200, body: 'picture' })
  expect(picture.headers).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': "attachment; filename*=UTF-8''%C3%BC.png",
    'x-content-type-options': 'nosniff',
  })
  expect((await site.get(`${path}page.html`)).headers['content-type']).toBe('application/octet-stream')
  expect((await site.get(`${path}none`)).status).toBe(404)
})

test('an object is deleted by hand, once', async () => {
  const { site, get, put } = await start()
  put('a', 'x')
  const remove = () => site.post('/_console/api/buckets/site/delete', { key: 'a' })
  expect((await remove()).status).toBe(204)
  expect((await get('/site/objects')).body).toEqual({ objects: [] })
  expect((await remove()).status).toBe(404)
})
