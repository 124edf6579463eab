import { describe, expect, test } from 'vitest'
import { startApi } from './http-api.ts'

const echo = { $default: (event: unknown) => event }

describe('CORS', () => {
  const cors = {
    AllowOrigins: ['https://site.example', 'https://*.site.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['content-type', 'x-correlation-id'],
    ExposeHeaders: ['x-correlation-id'],
    MaxAge: '600',
  }
  const corsOf = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  })

  test.each(['https://site.example', 'https://shop.site.example'])(
    'answers a preflight from %s itself',
    async (origin) => {
      const { get } = await startApi({ $default: () => expect.unreachable() }, { cors })
      const response = await get('/', preflight(origin))
      expect(response.status).toBe(204)
      expect(corsOf(response)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type,x-correlation-id',
        'access-control-expose-headers': 'x-correlation-id',
        'access-control-max-age': '600',
      })
      expect(response.headers.get('vary')).toBe('origin')
    },
  )

  test.each([
    'https://evil.example',
    'https://site.example.evil.example',
    'https://evilsite.example',
    'http://site.example',
    'null',
  ])('allows %s nothing', async (origin) => {
    const { get } = await startApi({ $default: () => 'well' }, { cors })
    expect(corsOf(await get('/', preflight(origin)))).toEqual({})
    const response = await get('/', { headers: { origin } })
    expect(corsOf(response)).toEqual({})
    expect(await response.text()).toBe('well')
  })

  test('is in every answer to an allowed origin, errors too', async () => {
    const { get } = await startApi({ 'GET /': () => 'well' }, { cors })
    for (const path of ['/', '/nowhere']) {
      expect(corsOf(await get(path, { headers: { origin: 'https://site.example' } }))).toEqual({
        'access-control-allow-origin': 'https://site.example',
        'access-control-expose-headers': 'x-correlation-id',
      })
    }
    expect(corsOf(await get('/'))).toEqual({})
  })

  test('is the gateway’s affair: what the function says of it counts for nothing', async () => {
    const answer = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', 'x-other': '1' } }
    const { get } = await startApi({ $default: () => answer }, { cors })
    const response = await get('/', { headers: { origin: 'https://evil.example' } })
    expect(corsOf(response)).toEqual({})
    expect(response.headers.get('x-other')).toBe('1')
    const without = await startApi({ $default: () => answer })
    expect(corsOf(await without.get('/'))).toEqual({ 'access-control-allow-origin': '*' })
  })

  test('is open to everybody where it says so, with or without credentials', async () => {
    const { get } = await startApi(echo, {
      cors: { AllowOrigins: ['*'], AllowMethods: ['*'], AllowCredentials: 'false' },
    })
    expect(corsOf(await get('/', { headers: { origin: 'https://a.example' } }))).toEqual({
      'access-control-allow-origin': '*',
    })
  })

  test('where there is none leaves OPTIONS to the routes', async () => {
    const { get } = await startApi({ 'OPTIONS /': () => 'mine' })
    expect(await (await get('/', preflight('https://a.example'))).text()).toBe('mine')
  })
})

describe('throttling', () => {
  test('refuses what is more than the stage allows, and lets it pass later', async () => {
    const clock = { now: 1_000_000 }
    const settings = { DefaultRouteSettings: { ThrottlingBurstLimit: '2', ThrottlingRateLimit: 1 } }
    const { get } = await startApi({ $default: () => 'well' }, { stage: settings, now: () => clock.now })
    const statuses = async (count: number) => {
      const all: number[] = []
      for (let i = 0; i < count; i++) all.push((await get('/')).status)
      return all
    }
    expect(await statuses(3)).toEqual([200, 200, 429])
    expect(await (await get('/')).json()).toEqual({ message: 'Too Many Requests' })
    clock.now += 1000
    expect(await statuses(2)).toEqual([200, 429])
  })
})
