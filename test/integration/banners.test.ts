import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { MAX_BANNER_BYTES, MeetupView, publishMeetup } from '../../schemas/meetups.ts'
import { type Account, call, newAccount } from '../support/account.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let ada: Account
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  ada = await newAccount(cloud)
})
afterAll(async () => {
  await cloud.stop()
  removeStateDir(stateDir)
})

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const Published = z.object({
  meetupId: z.uuid(),
  upload: z.object({ url: z.url(), method: z.literal('PUT'), headers: z.record(z.string(), z.string()) }),
})

async function publish(
  banner: { bannerType: string; bannerSize?: number },
  { idToken: token } = ada,
  headers: Record<string, string> = {},
) {
  const body = { ...publishMeetup.example, ...banner }
  return Published.parse((await call(cloud, 'POST', '/api/meetups', { token, body, headers })).body)
}
const codeOf = async (answer: Response) => /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]
const put = ({ url, method, headers }: z.output<typeof Published>['upload'], body: Buffer) =>
  fetch(url, { method, headers: { ...headers, origin: cloud.siteUrl }, body: new Uint8Array(body) })

async function bannerUrlOf(meetupId: string): Promise<string> {
  await cloud.settled()
  return MeetupView.parse((await call(cloud, 'GET', `/api/meetups/${meetupId}`)).body).bannerUrl ?? ''
}

describe('a banner', () => {
  test('is put where the answer says, and shown by the site as it is', async () => {
    const { meetupId, upload } = await publish({ bannerType: 'image/png', bannerSize: PNG.length })
    const bannerUrl = await bannerUrlOf(meetupId)
    expect(bannerUrl).toBe(`${cloud.siteUrl}/banners/${meetupId}.png`)
    expect((await fetch(bannerUrl)).status).toBe(404)

    const answer = await put(upload, PNG)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const shown = await fetch(bannerUrl)
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(PNG)
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=60',
    })
  })

  test('may be put there by pages of the site', async () => {
    const { upload } = await publish({ bannerType: 'image/jpeg' })
    const policy = (await fetch(cloud.siteUrl)).headers.get('content-security-policy') ?? ''
    const [, uploads = '-'] = /connect-src 'self' (\S+);/.exec(policy) ?? []
    expect(upload.url.startsWith(uploads)).toBe(true)
    const preflight = await fetch(upload.url, {
      method: 'OPTIONS',
      headers: {
        origin: cloud.siteUrl,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type',
      },
    })
    expect(preflight.status).toBe(200)
    expect(preflight.headers.get('access-control-allow-methods')).toBe('PUT')
  })
})

describe('a presigned URL', () => {
  test('is for what was said of the banner, and for nothing else', async () => {
    const exact = await publish({ bannerType: 'image/png', bannerSize: PNG.length })
    const { upload } = exact
    const longer = Buffer.concat([PNG, PNG])
    expect(await codeOf(await put(upload, longer))).toBe('SignatureDoesNotMatch')
    const asPage = { ...upload, headers: { 'content-type': 'text/html' } }
    expect(await codeOf(await put(asPage, PNG))).toBe('SignatureDoesNotMatch')
    const { meetupId } = await publish({ bannerType: 'image/png' })
    const elsewhere = { ...upload, url: upload.url.replace(exact.meetupId, meetupId) }
    expect(await codeOf(await put(elsewhere, PNG))).toBe('SignatureDoesNotMatch')
    const forLonger = { ...upload, url: upload.url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600') }
    expect(await codeOf(await put(forLonger, PNG))).toBe('SignatureDoesNotMatch')
    expect((await fetch(await bannerUrlOf(meetupId))).status).toBe(404)
    expect((await put(upload, PNG)).status).toBe(200)
  })

  test('is again for the same meetup under the same Idempotency-Key of the same caller only', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const bob = await newAccount(cloud)
    const paths = []
    for (const account of [ada, ada, bob]) {
      const { upload } = await publish({ bannerType: 'image/png' }, account, key)
      paths.push(new URL(upload.url).pathname)
    }
    expect(paths[1]).toBe(paths[0])
    expect(paths[2]).not.toBe(paths[0])
  })
})

test.each([
  ['is too large', Buffer.concat([PNG, Buffer.alloc(MAX_BANNER_BYTES)])],
  ['is no picture', Buffer.from('<script>alert(1)</script>')],
])('what %s is gone soon after it was put', async (_, body) => {
  const { meetupId, upload } = await publish({ bannerType: 'image/png' })
  const bannerUrl = await bannerUrlOf(meetupId)
  expect((await put(upload, body)).status).toBe(200)
  await cloud.settled()
  expect((await fetch(bannerUrl)).status).toBe(404)
})
