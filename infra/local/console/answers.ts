import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { Mistake } from '../../mistake.ts'
import { AwsError } from '../engines/engine.ts'
import { BadRequest } from './route.ts'

const MOST_BYTES = 1_000_000

/** A request that is refused before any route sees it. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A file that a route answers in place of JSON. */
export class FileAnswer {
  readonly name: string
  readonly contentType: string
  readonly body: Buffer

  constructor(name: string, contentType: string, body: Buffer) {
    this.name = name
    this.contentType = contentType
    this.body = body
  }
}

/** Answers a file as one, any other value as JSON, `undefined` as 204. */
export function send(response: ServerResponse, body: unknown): void {
  response.setHeader('cache-control', 'no-store')
  if (body instanceof FileAnswer) sendFile(response, body)
  else if (body === undefined) response.writeHead(204).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** To keep; a page may show it if it is a picture. Whatever else somebody has put there is nothing that runs here. */
function sendFile(response: ServerResponse, { name, contentType, body }: FileAnswer): void {
  const isPicture = /^image\/(avif|gif|jpeg|png|webp)$/.test(contentType)
  response
    .writeHead(200, {
      'content-type': isPicture ? contentType : 'application/octet-stream',
      'content-length': body.length,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    })
    .end(body)
}

/** Answers what a route has thrown; the text of an error that is nobody's to see stays here. */
export function failed(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else if (error instanceof BadRequest) problem(response, 400, error.message, error.errors)
  else if (error instanceof Refusal) problem(response, error.status, error.message)
  else if (error instanceof Mistake) problem(response, 400, error.message)
  else if (error instanceof AwsError && error.status < 500) problem(response, error.status, error.message)
  else problem(response, 500, 'The console could not answer')
}

/** https://www.rfc-editor.org/rfc/rfc9457 */
function problem(response: ServerResponse, status: number, detail: string, errors?: BadRequest['errors']): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    .end(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, errors }))
}

/**
 * The JSON that a page of this console has posted. Another web page cannot: a browser says where a request comes from,
 * and asks first whether a page may send JSON elsewhere, which nobody here allows. Throws `Refusal`.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  if (!isSameOrigin(request)) throw new Refusal(403, 'Only the pages of the console may ask for this')
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal(415, 'The body must be application/json')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Refusal(413, `The body must be at most ${MOST_BYTES} bytes`)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new Refusal(400, 'The body is not valid JSON')
  }
}

function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin !== undefined && headers.origin === `http://${headers.host}`
}
