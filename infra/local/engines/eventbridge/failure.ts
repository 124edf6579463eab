import { AwsError } from '../engine.ts'

/** Why a target did not take an event, as dead letters tell it. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

const THROTTLING = /throttl|TooManyRequests|LimitExceeded|RequestLimit|SlowDown/i
const TIMEOUT = /timeout|timedout/i
const NO_RESOURCE = /NotFound|NonExistent|DoesNotExist|NoSuch/i
const NO_PERMISSIONS = /AccessDenied|NotAuthorized|Unauthorized|Forbidden|KMSAccess/i
const EXISTS = /AlreadyExists/i

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
  if (THROTTLING.test(code) || status === 429) return { code: 'THROTTLING', message, retryable: true }
  if (TIMEOUT.test(code) || status === 408) return { code: 'TIMEOUT', message, retryable: true }
  if (NO_RESOURCE.test(code)) return { code: 'NO_RESOURCE', message, retryable: false }
  if (NO_PERMISSIONS.test(code)) return { code: 'NO_PERMISSIONS', message, retryable: false }
  if (EXISTS.test(code)) return { code: 'RESOURCE_ALREADY_EXISTS', message, retryable: false }
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
