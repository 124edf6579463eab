import { AwsError } from '../engine.ts'

/** Why a target did not take an event, as dead letters tell it. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

/** What the codes of AWS's many services come down to. */
const KINDS: readonly { readonly code: string; readonly pattern: RegExp; readonly retryable: boolean }[] = [
  { code: 'THROTTLING', pattern: /throttl|TooManyRequests|LimitExceeded|SlowDown/i, retryable: true },
  { code: 'TIMEOUT', pattern: /timeout|timedout/i, retryable: true },
  { code: 'NO_RESOURCE', pattern: /NotFound|NonExistent|DoesNotExist|NoSuch|NO_RESOURCE/, retryable: false },
  { code: 'NO_PERMISSIONS', pattern: /AccessDenied|NotAuthorized|Forbidden|NO_PERMISSIONS/, retryable: false },
  { code: 'RESOURCE_ALREADY_EXISTS', pattern: /AlreadyExists/, retryable: false },
]

/**
 * Sorts a target's error: what is the caller's fault, like a target that does not exist or may not be called, no retry
 * makes right; anything else is tried again.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof AwsError)) {
    return { code: 'INTERNAL_ERROR', message: error instanceof Error ? error.message : String(error), retryable: true }
  }
  const { code, message, status } = error
  const kind = KINDS.find(({ pattern }) => pattern.test(code))
  if (kind) return { code: kind.code, message, retryable: kind.retryable }
  return status >= 500
    ? { code: 'INTERNAL_ERROR', message, retryable: true }
    : { code: 'SDK_CLIENT_ERROR', message, retryable: false }
}

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 60_000

/** Milliseconds to wait after this many failed attempts: doubling, and half of it by chance. AWS does not publish its own curve. */
export function backoff(attempts: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)
  return longest * (0.5 + Math.random() / 2)
}
