import { describe, expect, it } from 'vitest'
import { Mistake } from '../../infra/mistake.ts'
import { readSettings } from '../../infra/settings.ts'

const read = (context: Readonly<Record<string, unknown>>) => readSettings((key) => context[key])

it('needs none', () => {
  expect(read({})).toEqual({
    stage: 'dev',
    registrationTtlSeconds: 86_400,
    orderTtlSeconds: 3600,
    placeOrderReservedConcurrency: undefined,
    chargePaymentProvisionedConcurrency: 0,
    ownerEmail: 'owner@example.com',
    senderEmail: 'no-reply@example.com',
    allowedOrigins: ['*'],
  })
})

it('takes them as the command line gives them', () => {
  expect(
    read({
      stage: 'prod-2',
      registrationTtlSeconds: '60',
      orderTtlSeconds: '5',
      placeOrderReservedConcurrency: '0',
      chargePaymentProvisionedConcurrency: '2',
      ownerEmail: 'a@b.example',
      senderEmail: 'c@d.example',
      allowedOrigins: 'https://a.example, http://localhost:5173',
    }),
  ).toEqual({
    stage: 'prod-2',
    registrationTtlSeconds: 60,
    orderTtlSeconds: 5,
    placeOrderReservedConcurrency: 0,
    chargePaymentProvisionedConcurrency: 2,
    ownerEmail: 'a@b.example',
    senderEmail: 'c@d.example',
    allowedOrigins: ['https://a.example', 'http://localhost:5173'],
  })
})

it("lets the CDK's own keys and anybody else's pass", () => {
  expect(
    read({ 'aws:cdk:enable-path-metadata': true, '@aws-cdk/core:target-partitions': ['aws'], mine: 1 }).stage,
  ).toBe('dev')
})

describe('a bad value is one sentence that names the key', () => {
  it.each([
    ['stage', 'Prod'],
    ['stage', ''],
    ['stage', 'a'.repeat(19)],
    ['stage', '-a'],
    ['stage', 'a_b'],
    ['stage', 'our-aws'],
    ['registrationTtlSeconds', 'soon'],
    ['registrationTtlSeconds', '0'],
    ['registrationTtlSeconds', ''],
    ['orderTtlSeconds', '1.5'],
    ['orderTtlSeconds', '2592001'],
    ['placeOrderReservedConcurrency', ''],
    ['placeOrderReservedConcurrency', '1001'],
    ['chargePaymentProvisionedConcurrency', '-1'],
    ['chargePaymentProvisionedConcurrency', 'many'],
    ['ownerEmail', 'nobody'],
    ['senderEmail', 'a@b.example, c@d.example'],
    ['allowedOrigins', 'https://a.example/path'],
    ['allowedOrigins', 'https://*.example'],
  ])('%s=%s', (key, value) => {
    const act = () => read({ [key]: value })
    expect(act).toThrow(Mistake)
    expect(act).toThrow(`The setting ${key} (-c ${key}=…) must be `)
    expect(act).toThrow(/^[^\n]+, not "[^\n]*"\.$/)
  })
})
