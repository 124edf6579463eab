import { randomUUID } from 'node:crypto'
import { v5 } from 'uuid'

// Any fixed UUID does; it only keeps our derived ids apart from everybody else's.
const NAMESPACE = '5f1a8c52-9c3e-4e0b-8f63-2f0f9a1b7d44'

/** The same parts give the same id, for ever (RFC 9562, UUID version 5). */
export const derivedId = (...parts: readonly string[]): string => v5(JSON.stringify(parts), NAMESPACE)

/** An id for something new: derived from the caller's `Idempotency-Key` where there is one, else random. */
export const newId = (kind: string, caller: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? randomUUID() : derivedId(kind, caller, idempotencyKey)
