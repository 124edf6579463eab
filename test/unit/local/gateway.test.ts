import { describe, expect, onTestFinished, test } from 'vitest'
import type { AwsRequest, Service } from '../../../infra/local/engines/engine.ts'
import { createGateway } from '../../../infra/local/gateway.ts'
import { listen } from '../../../infra/local/listen.ts'

/** A gateway to the services `sqs` and `s3`, which keep what they were called with. */
async function start(serve: Service = () => ({ status: 200, headers: { 'x-served': 'yes' }, body: 'well' })) {
  const calls: (AwsRequest & { readonly service: string })[] = []
  const warnings: string[] = []
  const keep =
    (service: string): Service =>
    (request) => {
      calls.push({ ...request, service })
      return serve(request)
    }
  const engines = [
    { resources: {}, services: { sqs: keep('sqs') } },
    { resources: {}, services: { s3: keep('s3') } },
    { resources: {} },
  ]
  const { port, serve: answer, close } = await listen(0, '--aws-port')
  onTestFinished(close)
  answer(createGateway(engines, (message) => void warnings.push(message)))
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    return { response, body: await response.text() }
  }
  return { call, calls, warnings }
}
const signed = (service: string, key = 'job', algorithm = 'AWS4-HMAC-SHA256') => ({
  authorization: `${algorithm} Credential=${key}/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
})
const error = (code: string, message: unknown) => ({ __type: code, message })

describe('the AWS endpoint', () => {
  test.each(['sqs', 's3'])('routes a call by the service that it was signed for: %s', async (service) => {
    const { call, calls } = await start()
    const { response, body } = await call('/a?b=c', { method: 'POST', headers: signed(service), body: 'é' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-served')).toBe('yes')
    expect(response.headers.get('content-length')).toBe('4')
    expect(body).toBe('well')
    expect(calls).toMatchObject([{ service, method: 'POST', url: '/a?b=c', caller: 'job', body: Buffer.from('é') }])
  })

  test('takes the scope from a presigned address', async () => {
    const { call, calls } = await start()
    const scope = encodeURIComponent('job/20261121/us-east-1/s3/aws4_request')
    await call(`/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}&X-Amz-Signature=0`, {
      method: 'PUT',
    })
    expect(calls).toMatchObject([{ service: 's3', caller: 'job' }])
  })

  test.each([
    ['without a signature', {}],
    ['with another kind of signature', { authorization: 'Bearer abc' }],
    ['with half a scope', { authorization: 'AWS4-HMAC-SHA256 Credential=job/20261121/us-east-1' }],
  ])('refuses a call %s in one sentence', async (_, headers: Record<string, string>) => {
    const { call, calls } = await start()
    const { response, body } = await call('/', { headers })
    expect(response.status).toBe(403)
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException')
    expect(JSON.parse(body)).toEqual(
      error(
        'MissingAuthenticationTokenException',
        'This is a local AWS endpoint: call it with an AWS SDK or the AWS CLI, with any credentials',
      ),
    )
    expect(calls).toEqual([])
  })

  test.each(['kinesis', 'constructor'])('names a service that it does not have: %s', async (service) => {
    const { call } = await start()
    const { response, body } = await call('/', { headers: signed(service) })
    expect(response.status).toBe(400)
    expect(JSON.parse(body)).toEqual(
      error('UnknownOperationException', `The service ${service} is not supported locally`),
    )
  })

  const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  test.each([
    ['iam', FORM, '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>The service iam is'],
    ['ec2', FORM, '<Response><Errors><Error><Code>InvalidAction</Code><Message>The service ec2 is'],
    ['route53', {}, '<Error><Code>InvalidAction</Code><Message>The service route53 is'],
  ])('names it in the protocol of the call: %s', async (service, headers, expected) => {
    const { call } = await start()
    const { response, body } = await call('/', { method: 'POST', headers: { ...signed(service), ...headers } })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toMatch(/xml$/)
    expect(body).toContain(expected)
  })

  test('takes the key from an address that was presigned the old way', async () => {
    const { call, calls } = await start()
    await call('/bucket/key?AWSAccessKeyId=job&Signature=a%2Bb%3D&Expires=1795242748')
    expect(calls).toMatchObject([{ service: 's3', caller: 'job' }])
  })

  test('answers HEAD with headers only', async () => {
    const { call } = await start()
    const { response, body } = await call('/bucket', { method: 'HEAD', headers: signed('s3') })
    expect([response.status, response.headers.get('x-served'), body]).toEqual([200, 'yes', ''])
  })

  test.each<[string, Service]>([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['answers what can be no header', () => ({ status: 200, headers: { 'x-a': 'a\nb' }, body: '' })],
  ])('says that it failed, and its terminal why, when a service %s', async (_, serve) => {
    const { call, warnings } = await start(serve)
    const { response, body } = await call('/', { headers: signed('sqs') })
    expect(response.status).toBe(500)
    expect(JSON.parse(body)).toEqual(
      error('InternalFailure', 'The local cloud failed to answer; its terminal says why'),
    )
    expect(warnings).toHaveLength(1)
    expect((await call('/', { headers: signed('kinesis') })).response.status).toBe(400)
  })

  test('refuses a call that is too large', async () => {
    const { call } = await start()
    const { response } = await call('/', {
      method: 'PUT',
      headers: signed('sqs'),
      body: Buffer.alloc(16 * 1024 * 1024 + 1),
    })
    expect(response.status).toBe(413)
  })
})
