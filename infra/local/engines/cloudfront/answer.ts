import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * Calls `edit` when somebody, we or an API, begins to answer with `writeHead`: status and headers are in `response` by
 * then, and may be changed there. Headers are to be given as an object.
 */
export function beforeHead(response: ServerResponse, edit: () => void): void {
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (status: number, reasonOrHeaders?: string | Headers, headers?: Headers) => {
    response.writeHead = writeHead
    response.statusCode = status
    const given = typeof reasonOrHeaders === 'string' ? headers : reasonOrHeaders
    if (Array.isArray(given)) throw new TypeError('Headers are given as an object here')
    for (const [name, value] of Object.entries(given ?? {})) if (value !== undefined) response.setHeader(name, value)
    edit()
    return writeHead(response.statusCode)
  }
}

/** Whatever body follows, this is sent in its place. To be called before the head is sent. */
export function replaceAnswer(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusCode = status
  response.setHeader('content-type', contentType)
  response.setHeader('content-length', body.length)
  const end = response.end.bind(response)
  response.write = () => true
  response.end = () => end(body)
}

/** CloudFront's own answer to what it cannot pass on. */
export function refuse(response: ServerResponse, status: number, sentence: string): void {
  const body = Buffer.from(`${sentence}\n`)
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length })
  response.end(body)
}
