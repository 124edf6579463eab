import { expect, test } from 'vitest'
import { handler as health } from '../../../producers/health.ts'
import { handler as notFound } from '../../../producers/not-found.ts'
import { Problem } from '../../../schemas/service.ts'
import { formRequest, httpRequest } from '../../support/function-environment.ts'

test('the service says that it is there', async () => {
  const { statusCode, body = '' } = await health(httpRequest({ path: '/api/health' }))
  expect(statusCode).toBe(200)
  expect(JSON.parse(body)).toEqual({ ok: true, service: 'ensemble' })
})

test.each([
  ['GET', httpRequest({ path: '/api/nothing' })],
  ['a form', formRequest('a=b')],
])('what no route takes is a 404: %s', async (_, request) => {
  const { statusCode, headers, body = '' } = await notFound(request)
  expect(statusCode).toBe(404)
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json' })
  expect(Problem.parse(JSON.parse(body))).toMatchObject({ status: 404, detail: 'There is no such route' })
})
