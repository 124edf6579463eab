import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { listenOnFreePort } from './port.ts'

type Input = Readonly<Record<string, unknown>>

/** What the endpoint answers to one call: 200 with `body` unless told otherwise; an object is sent as JSON. */
interface Reply {
  readonly status?: number
  readonly body?: object | string
}
type Respond = (input: Input, call: number) => Reply | Promise<Reply>

/** A small AWS endpoint: records every call and answers as it is told to, success by default. */
export interface AwsEndpoint {
  readonly url: string
  /** The inputs of all calls of an operation so far, oldest first; forms (SES) as flat records. */
  readonly calls: (operation: string) => readonly Input[]
  /** From now on `respond` answers this operation; `call` counts from 1. */
  readonly answer: (operation: string, respond: Respond) => void
  /** Forgets calls and answers. */
  readonly reset: () => void
  readonly close: () => Promise<void>
}

const Json = z.record(z.string(), z.unknown())
const Entries = z.object({ Entries: z.array(z.unknown()) })
const MessageBody = z.object({ MessageBody: z.string() })
const md5 = (value: string) => createHash('md5').update(value).digest('hex')

const SUCCESS: Readonly<Record<string, Respond>> = {
  PutEvents: (input) => putEventsReply(Entries.parse(input).Entries.map(() => undefined)),
  // The SDK compares the digest.
  SendMessage: (input) => ({ body: { MessageId: 'm', MD5OfMessageBody: md5(MessageBody.parse(input).MessageBody) } }),
  SendEmail: () => ({
    body: '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>m</MessageId></SendEmailResult></SendEmailResponse>',
  }),
  // DynamoDB's answers may be empty: nothing was there before, and nothing is found.
  GetItem: () => ({}),
  PutItem: () => ({}),
  UpdateItem: () => ({}),
  Publish: () => ({ body: snsReply('Publish', '<MessageId>m</MessageId>') }),
  Subscribe: () => ({ body: snsReply('Subscribe', '<SubscriptionArn>pending confirmation</SubscriptionArn>') }),
  GetSecretValue: () => ({ body: { SecretString: 'the key of these tests' } }),
}

const snsReply = (operation: string, result: string) =>
  `<${operation}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${operation}Result>${result}</${operation}Result></${operation}Response>`

/** What PutEvents answers: for each entry its error code, or `undefined` where it was taken. */
export const putEventsReply = (errors: readonly (string | undefined)[]): Reply => ({
  body: {
    FailedEntryCount: errors.filter(Boolean).length,
    Entries: errors.map((code, index) => (code ? { ErrorCode: code, ErrorMessage: code } : { EventId: String(index) })),
  },
})

export async function startAwsEndpoint(): Promise<AwsEndpoint> {
  const calls = new Map<string, Input[]>()
  const answers = new Map<string, Respond>()

  async function reply(request: IncomingMessage): Promise<Required<Reply>> {
    const { operation, input } = parse(request, await text(request))
    const previous = calls.get(operation) ?? []
    calls.set(operation, [...previous, input])
    const respond = answers.get(operation) ?? SUCCESS[operation]
    if (!respond) return { status: 400, body: { __type: 'UnknownOperationException', message: operation } }
    return { status: 200, body: {}, ...(await respond(input, previous.length + 1)) }
  }

  const server = createServer(async (request, response) => {
    const { status, body } = await reply(request)
    const isText = typeof body === 'string'
    response.writeHead(status, { 'content-type': isText ? 'text/xml' : 'application/x-amz-json-1.1' })
    response.end(isText ? body : JSON.stringify(body))
  })
  const port = await listenOnFreePort(server)
  return {
    url: `http://127.0.0.1:${port}`,
    calls: (operation) => calls.get(operation) ?? [],
    answer: (operation, respond) => void answers.set(operation, respond),
    reset: () => {
      calls.clear()
      answers.clear()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function parse(request: IncomingMessage, body: string): { operation: string; input: Input } {
  const target = request.headers['x-amz-target']
  if (typeof target === 'string')
    return { operation: target.split('.').at(-1) ?? '', input: Json.parse(JSON.parse(body)) }
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(body))
  return { operation: Action, input }
}
