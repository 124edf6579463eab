import type { RouteContract } from '../../../schemas/route.ts'

export interface Request {
  readonly body?: unknown
  /** What stands in the braces of the path. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly token?: string
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/** `status`: 0 if there was no answer. `body`: the parsed JSON, or undefined if it was none. `retryAfter`: that header. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly retryAfter?: string | undefined
}

export type Route = Pick<RouteContract, 'method' | 'path'>

const TIMEOUT_MS = 20_000

/** Asks the API. Never throws: whatever goes wrong is an answer. */
export async function call({ method, path }: Route, request: Request = {}): Promise<Answer> {
  const { body, params = {}, query = {}, token, idempotencyKey, signal } = request
  const file = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(search ? `${file}?${search}` : file, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      // Whoever has logged out, or sent a form, may be on the next page before it is answered.
      keepalive: true,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    return {
      status: response.status,
      body: await response.json().catch(() => undefined),
      retryAfter: response.headers.get('retry-after') ?? undefined,
    }
  } catch {
    return { status: 0 }
  }
}
