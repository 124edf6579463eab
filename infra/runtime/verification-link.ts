import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link says: whose it is, and until when (epoch seconds). */
export interface Claim {
  readonly registrationId: string
  readonly expiresAt: number
}

const signatureOf = (text: string, key: string): Buffer => createHmac('sha256', key).update(text).digest()

/** A token for a link: the claim and its HMAC-SHA256. Nothing of it is stored anywhere. */
export function sign({ registrationId, expiresAt }: Claim, key: string): string {
  const text = `${registrationId}.${expiresAt}`
  return `${text}.${signatureOf(text, key).toString('base64url')}`
}

const TOKEN = /^(?<text>(?<registrationId>[0-9a-f-]{36})\.(?<expiresAt>\d{1,12}))\.(?<signature>[\w-]{43})$/

/** The claim of a token that this key signed, expired or not; `undefined` for anything else. Compares in constant time. */
export function verify(token: string, key: string): Claim | undefined {
  const { text, registrationId, expiresAt, signature } = TOKEN.exec(token)?.groups ?? {}
  if (!text || !registrationId || !expiresAt || !signature) return undefined
  // A signature has one spelling: base64url leaves two bits of the last character free, and they must not be.
  const expected = signatureOf(text, key).toString('base64url')
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined
  return { registrationId, expiresAt: Number(expiresAt) }
}
