import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import * as z from 'zod'
import { AwsError, type AwsResponse } from '../engine.ts'

/** One call as a client sends it; `raw` is for whoever passes one on. */
export interface DynamoDbClient {
  /** Calls e.g. `DynamoDB_20120810.DescribeTable`. Throws `AwsError` with DynamoDB's own code and message. */
  readonly call: <Output extends z.ZodType>(target: string, input: object, output: Output) => Promise<z.output<Output>>
  readonly raw: (headers: IncomingHttpHeaders, body: Buffer) => Promise<AwsResponse>
  readonly close: () => void
}

// It wants a signature but checks none; and of an access key id it takes letters and digits only.
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'

/** Of one connection, not of the message; and what would have us unpack answers. */
const NOT_PASSED_ON = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'transfer-encoding',
])

const Failure = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() })

/** A client for DynamoDB Local that keeps its connections and neither signs nor converts. */
export function dynamoDbClient(url: string): DynamoDbClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  const raw = (headers: IncomingHttpHeaders, body: Buffer): Promise<AwsResponse> =>
    new Promise((resolve, reject) => {
      const passed = Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name))
      const sent = request(url, {
        agent,
        method: 'POST',
        headers: { ...Object.fromEntries(passed), authorization: AUTHORIZATION, 'content-length': body.length },
      })
      sent.on('error', reject)
      sent.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            headers: Object.fromEntries(
              Object.entries(response.headers).flatMap(([name, value]) =>
                value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, String(value)]],
              ),
            ),
            body: Buffer.concat(chunks),
          }),
        )
      })
      sent.end(body)
    })

  return {
    raw,
    async call(target, input, output) {
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }
      const { status, body } = await raw(headers, Buffer.from(JSON.stringify(input)))
      const json: unknown = JSON.parse(body.toString())
      if (status === 200) return output.parse(json)
      const { __type, message, Message } = Failure.parse(json)
      throw new AwsError(__type.split('#').at(-1) ?? __type, message ?? Message ?? __type, status)
    },
    close: () => agent.destroy(),
  }
}
