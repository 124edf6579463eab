import { describe, expect, test } from 'vitest'
import { createRouter } from '../../../infra/local/engines/http-api/routes.ts'

const find = (...keys: readonly string[]) => {
  const router = createRouter(keys.map((key) => ({ key, integration: key })))
  return (method: string, path: string) => {
    const found = router(method, path)
    return found && [found.route.key, found.pathParameters]
  }
}

describe('the route of a request', () => {
  const all = [
    '$default',
    'GET /{proxy+}',
    'ANY /api/{proxy+}',
    'GET /api/{thing}',
    'GET /api/things',
    'ANY /api/things',
    'GET /api/{thing}/{id}',
    'GET /api/things/{id}',
    'POST /api/things/{id}/done',
    'GET /',
  ]
  test.each<[string, string, string, object]>([
    ['GET', '/', 'GET /', {}],
    ['GET', '/api/things', 'GET /api/things', {}],
    ['POST', '/api/things', 'ANY /api/things', {}],
    ['HEAD', '/api/things', 'ANY /api/things', {}],
    ['GET', '/api/other', 'GET /api/{thing}', { thing: 'other' }],
    ['GET', '/api/things/7', 'GET /api/things/{id}', { id: '7' }],
    ['GET', '/api/other/7', 'GET /api/{thing}/{id}', { thing: 'other', id: '7' }],
    ['GET', '/api/a/b/c', 'ANY /api/{proxy+}', { proxy: 'a/b/c' }],
    ['PUT', '/api/things/7', 'ANY /api/{proxy+}', { proxy: 'things/7' }],
    ['POST', '/api/things/7/done', 'POST /api/things/{id}/done', { id: '7' }],
    ['GET', '/elsewhere/index.html', 'GET /{proxy+}', { proxy: 'elsewhere/index.html' }],
    ['GET', '/api/things/', 'ANY /api/{proxy+}', { proxy: 'things/' }],
    ['POST', '/elsewhere', '$default', {}],
    ['HEAD', '/', '$default', {}],
  ])('%s %s is %s', (method, path, key, variables) => {
    expect(find(...all)(method, path)).toEqual([key, variables])
    expect(find(...all.toReversed())(method, path), 'whatever their order').toEqual([key, variables])
  })

  test('is none if there is no $default', () => {
    expect(find('GET /a')('GET', '/b')).toBeUndefined()
    expect(find('GET /a')('GET', '/a/')).toBeUndefined()
  })

  test.each([
    ['/a%20b', 'a b'],
    ['/%C3%A9', 'é'],
    ['/a%2Fb', 'a/b'],
    ['/a+b', 'a+b'],
    ['/100%', '100%'],
  ])('has its variables decoded: %s', (path, id) => {
    expect(find('GET /{id}')('GET', path)).toEqual(['GET /{id}', { id }])
  })

  test('takes characters of regular expressions as they are, and variables of any name', () => {
    expect(find('GET /a.b/(c)')('GET', '/a.b/(c)')).toEqual(['GET /a.b/(c)', {}])
    expect(find('GET /a.b')('GET', '/axb')).toBeUndefined()
    expect(find('GET /{order-id}/{2nd}/{a.b}')('GET', '/1/2/3')?.[1]).toEqual({
      'order-id': '1',
      '2nd': '2',
      'a.b': '3',
    })
  })
})
