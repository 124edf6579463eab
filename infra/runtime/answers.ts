import type { APIGatewayProxyStructuredResultV2 as Answer } from 'aws-lambda'
import type * as z from 'zod'
import type { Problem } from '../../schemas/service.ts'
import { html } from './html.ts'

export type { Answer }

type FieldErrors = NonNullable<Problem['errors']>

/** A JSON answer. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** To one of our own pages, never elsewhere. 303 after a form, 302 for a link. */
export const redirect = (status: 302 | 303, page: `/${string}`): Answer => ({
  statusCode: status,
  headers: { location: page, 'cache-control': 'no-store' },
  body: '',
})

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Service unavailable',
}

interface More {
  readonly errors?: FieldErrors
  readonly retryAfterSeconds?: number
}

/** An expected failure; `route` answers it as problem+json. A 503 may be tried again after five seconds. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly errors: FieldErrors | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, detail: string, { errors, retryAfterSeconds }: More = {}) {
    super(detail)
    this.status = status
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds ?? (status === 503 ? 5 : undefined)
  }
}

const retryAfter = ({ retryAfterSeconds }: HttpError): Record<string, string> =>
  retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }

/** One entry for each wrong field, the first complaint of each: https://www.rfc-editor.org/rfc/rfc9457 */
export function invalid(error: z.ZodError): HttpError {
  const messages = new Map<string, string>()
  for (const issue of error.issues) {
    const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    const message = issue.code === 'unrecognized_keys' ? 'Unknown field' : issue.message
    for (const field of fields) if (!messages.has(field.join('.'))) messages.set(field.join('.'), message)
  }
  const errors = [...messages].map(([path, message]) => ({ path, message }))
  return new HttpError(400, `Please correct: ${errors.map(({ path }) => path || 'the body').join(', ')}`, { errors })
}

/** An error as RFC 9457 has it. */
export function problem(error: HttpError): Answer {
  const { status, message, errors } = error
  const body: Problem = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: message,
    ...(errors ? { errors } : {}),
  }
  const headers = {
    'content-type': 'application/problem+json',
    ...retryAfter(error),
  }
  return { statusCode: status, headers, body: JSON.stringify(body) }
}

/** The same for a person whose browser posted a form without JavaScript. */
export const problemPage = (error: HttpError): Answer => ({
  statusCode: error.status,
  headers: { 'content-type': 'text/html; charset=utf-8', ...retryAfter(error) },
  body: html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${TITLES[error.status] ?? 'Error'}</title><link rel="stylesheet" href="/plain.css"><main><h1>That did not work</h1>
<p>${error.message}</p><ul>${(error.errors ?? []).map(({ path, message }) => html`<li><b>${path}</b>: ${message}</li>`)}</ul>
${error.errors ? html`<p>Use your browser's Back button: what you typed is still there.</p>` : ''}</main></html>`.text,
})
