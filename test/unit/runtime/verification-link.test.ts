import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startAwsEndpoint } from '../../support/aws-endpoint.ts'
import { setFunctionEnvironment } from '../../support/function-environment.ts'

const aws = await startAwsEndpoint()
setFunctionEnvironment(aws.url)
const { sign, verify } = await import('../../../infra/runtime/verification-link.ts')
afterAll(aws.close)

const KEY = 'a key'
const claim = fc.record({ registrationId: fc.uuid(), expiresAt: fc.nat({ max: 999_999_999_999 }) })

describe('a link', () => {
  test('says what was signed', () => {
    fc.assert(
      fc.property(claim, fc.string({ minLength: 1 }), (signed, key) => {
        expect(verify(sign(signed, key), key)).toEqual(signed)
      }),
    )
  })

  test('can be put into an address as it is', () => {
    fc.assert(
      fc.property(claim, (signed) => {
        expect(sign(signed, KEY)).toMatch(/^[\w.-]+$/)
      }),
    )
  })

  test('is refused with any one character changed, added or left out', () => {
    const token = sign({ registrationId: randomUUID(), expiresAt: 1_800_000_000 }, KEY)
    const characters = [...'0123456789abcdefABCDEFxyzXYZ-_.=+/ \n', '\u0660', 'é']
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom(...characters, ''),
        fc.nat(1),
        (at, character, replaced) => {
          const changed = token.slice(0, at) + character + token.slice(at + replaced)
          fc.pre(changed !== token)
          expect(verify(changed, KEY)).toBeUndefined()
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('is refused under another key', () => {
    fc.assert(
      fc.property(claim, (signed) => {
        expect(verify(sign(signed, KEY), 'another key')).toBeUndefined()
      }),
    )
  })

  test('has one spelling: the bits that base64url leaves unused must be zero', () => {
    const token = sign({ registrationId: randomUUID(), expiresAt: 1_800_000_000 }, KEY)
    const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex')
    const [signature = ''] = token.split('.').slice(-1)
    const respelled = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => signature.slice(0, -1) + last)
      .filter((other) => other !== signature && bytes(other) === bytes(signature))
    expect(respelled).toHaveLength(3)
    for (const other of respelled) expect(verify(token.replace(signature, other), KEY)).toBeUndefined()
  })

  test.each([
    ['nothing', ''],
    ['dots', '..'],
    ['no signature', `${randomUUID()}.1800000000.`],
    ['a signature of nothing', `${randomUUID()}.1800000000.${'A'.repeat(43)}`],
    ['a negative time', sign({ registrationId: randomUUID(), expiresAt: -1 }, KEY)],
    ['a fraction of a second', sign({ registrationId: randomUUID(), expiresAt: 1.5 }, KEY)],
  ])('of %s is refused', (_, token) => {
    expect(verify(token, KEY)).toBeUndefined()
  })
})

describe('the signing key', () => {
  beforeEach(() => {
    aws.reset()
    vi.resetModules()
  })
  const load = async () => (await import('../../../infra/runtime/link-key.ts')).linkKey

  test('is fetched once', async () => {
    const linkKey = await load()
    expect(await Promise.all([linkKey(), linkKey()])).toEqual(['the key of these tests', 'the key of these tests'])
    await linkKey()
    expect(aws.calls('GetSecretValue')).toEqual([{ SecretId: 'ensemble-test-link-key' }])
  })

  test('is asked for again after it could not be had', async () => {
    const linkKey = await load()
    aws.answer('GetSecretValue', (_, call) =>
      call === 1 ? { status: 400, body: { __type: 'InternalServiceError' } } : { body: { SecretString: 'second' } },
    )
    await expect(linkKey()).rejects.toThrow()
    expect(await linkKey()).toBe('second')
  })

  test('may not be empty', async () => {
    const linkKey = await load()
    aws.answer('GetSecretValue', () => ({ body: { SecretString: '' } }))
    await expect(linkKey()).rejects.toThrow('The secret ensemble-test-link-key is empty')
  })
})
