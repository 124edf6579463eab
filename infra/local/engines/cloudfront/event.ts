import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EventRequest, EventResponse } from './function.ts'

/** The request as functions see it: names in lower case, cookies apart, values as they were sent. */
export function toEventRequest(request: IncomingMessage, uri: string, query: string): EventRequest {
  const { cookie = '', ...headers } = request.headers
  return {
    method: request.method ?? 'GET',
    uri,
    querystring: grouped(query.split('&')),
    headers: toEventHeaders(headers),
    cookies: grouped(cookie.split(/;\s*/)),
  }
}

/**
 * Headers as a CloudFront Function sees them: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function toEventHeaders(headers: Readonly<Record<string, unknown>>): EventRequest['headers'] {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, { value: String(value) }]))
}

/** Puts what a function made of the headers into the request that the origin gets, and answers the query it made. */
export function takeOver(request: IncomingMessage, changed: EventRequest): string {
  for (const name of Object.keys(request.headers)) delete request.headers[name]
  for (const [name, value] of pairs(changed.headers)) {
    const before = request.headers[name]
    request.headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  const cookies = pairs(changed.cookies).map(([name, value]) => `${name}=${value}`)
  if (cookies.length > 0) request.headers.cookie = cookies.join('; ')
  return pairs(changed.querystring)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
}

/** Gives a function's own answer. */
export function answerWith(response: ServerResponse, answer: EventResponse): void {
  const { encoding, data } = answer.body ?? { encoding: 'text', data: '' }
  const body = Buffer.from(data, encoding === 'text' ? 'utf8' : 'base64')
  setHeaders(response, answer)
  response.writeHead(answer.statusCode, { 'content-length': body.length })
  response.end(body)
}

/** Sets the headers and cookies of a function's answer. */
export function setHeaders(response: ServerResponse, { headers, cookies }: EventResponse): void {
  for (const [name, value] of pairs(headers)) response.setHeader(name, value)
  for (const [name, { value, attributes }] of Object.entries(cookies))
    response.appendHeader('set-cookie', `${name}=${value}${attributes ? `; ${attributes}` : ''}`)
}

function grouped(parts: readonly string[]): EventRequest['querystring'] {
  const values = new Map<string, { value: string }[]>()
  for (const part of parts) {
    if (part === '') continue
    const [name = '', ...rest] = part.split('=')
    values.set(name, [...(values.get(name) ?? []), { value: rest.join('=') }])
  }
  return Object.fromEntries(
    [...values].map(([name, all]) => [
      name,
      { value: all.at(-1)?.value ?? '', ...(all.length > 1 ? { multiValue: all } : {}) },
    ]),
  )
}

/** A `multiValue` goes before the single value. */
const pairs = (
  values: Readonly<
    Record<string, { readonly value: string; readonly multiValue?: readonly { readonly value: string }[] | undefined }>
  >,
): readonly (readonly [string, string])[] =>
  Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => [name, one.value] as const),
  )
