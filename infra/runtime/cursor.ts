import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type * as z from 'zod'
import { HttpError } from './answers.ts'

const ALGORITHM = 'aes-256-gcm'
const [NONCE_BYTES, TAG_BYTES] = [12, 16]

/** The secret is that of our links: a key of its own follows from it, so that neither can stand for the other. */
const keyFrom = (secret: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', 'cursor', 32))

/**
 * Where a page of a list ended, as a text that says nothing to others and that nobody can change, make up, or use for
 * another list. `list`: which list it is and whose.
 */
export function sealCursor(position: unknown, list: readonly string[], secret: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyFrom(secret), nonce).setAAD(Buffer.from(JSON.stringify(list)))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(position)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** What `sealCursor` sealed for the same list; throws a 400 `HttpError` for any other text. */
export function openCursor<Position extends z.ZodType>(
  cursor: string,
  list: readonly string[],
  secret: string,
  position: Position,
): z.output<Position> {
  const opened = position.safeParse(unseal(cursor, list, secret))
  if (opened.success) return opened.data
  const message = 'No cursor of this list: leave it out to begin anew'
  throw new HttpError(400, 'Please correct: cursor', { errors: [{ path: 'cursor', message }] })
}

/** `undefined` for what we have not sealed. https://nodejs.org/api/crypto.html#decipherfinaloutputencoding */
function unseal(cursor: string, list: readonly string[], secret: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  // A cursor has one spelling: base64url leaves some bits of the last character free, and skips what it does not know.
  if (bytes.toString('base64url') !== cursor) return undefined
  try {
    const decipher = createDecipheriv(ALGORITHM, keyFrom(secret), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(JSON.stringify(list)))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return JSON.parse(text.toString())
  } catch {
    return undefined
  }
}
