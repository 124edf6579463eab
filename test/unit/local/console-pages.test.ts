import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startConsole } from '../../support/console.ts'

let cloud: Awaited<ReturnType<typeof startConsole>>

beforeEach(async () => {
  cloud = await startConsole()
})

afterEach(() => cloud.stop())

describe('who may ask', () => {
  test.each(['localhost', 'localhost:3000', 'LOCALHOST:3000', '127.0.0.1:1', '[::1]', '[::1]:3000'])(
    'Host %s is answered',
    async (host) => {
      expect((await cloud.get('/_console/api/status', { host })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:3000',
    'localhost:3000@evil.example',
    '[::2]',
  ])('Host "%s" is refused', async (host) => {
    for (const path of ['/_console', '/_console/', '/_console/api/status', '/_console/api/stream'])
      expect((await cloud.get(path, { host })).status).toBe(403)
    expect(cloud.deps.inFlight).not.toHaveBeenCalled()
  })
})

describe('pages', () => {
  test('/_console leads to /_console/', async () => {
    const { status, headers } = await cloud.get('/_console?x=1')
    expect(status).toBe(308)
    expect(headers.location).toBe('/_console/?x=1')
  })

  test('the page is never stale, and nothing foreign runs in it', async () => {
    const { status, headers, body } = await cloud.get('/_console/')
    expect(status).toBe(200)
    expect(body).toContain('<title>Console</title>')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    expect(headers['content-security-policy']).toContain("script-src 'self';")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  test('assets are named by their content and kept', async () => {
    const { status, headers } = await cloud.get('/_console/assets/main-1a2b.js')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test('HEAD has the headers only', async () => {
    const { status, headers, body } = await cloud.get('/_console/', { method: 'HEAD' })
    expect([status, headers['content-length'], body]).toEqual([200, '37', ''])
  })

  test.each([
    '/_console/../secret.json',
    '/_console/%2e%2e/secret.json',
    '/_console/..%2fsecret.json',
    '/_console/assets/..%2f..%2fsecret.json',
    '/_console/..%5csecret.json',
    '/_console//etc/passwd',
    '/_console/%2fetc%2fpasswd',
    '/_console/index.html%00.js',
    '/_console/%zz.js',
    '/_console/assets',
    '//secret.json',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await cloud.get(path)
    expect(status).toBe(404)
    expect(body).not.toContain('secret"')
  })

  test('a folder that has not been built is said so', async () => {
    await cloud.removePages()
    const { status, headers, body } = await cloud.get('/_console/')
    expect(status).toBe(503)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toContain('have not been built')
  })
})
