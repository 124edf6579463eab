import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type Service } from './engine.ts'

export interface Operation<Input extends z.ZodType = z.ZodType> {
  readonly input: Input
  readonly run: (input: z.output<Input>, request: AwsRequest) => Promise<unknown> | unknown
}

/** Ties the type of `run`'s argument to its schema, and then forgets it. */
export function operation<Input extends z.ZodType>(
  input: Input,
  run: (input: z.output<Input>, request: AwsRequest) => Promise<unknown> | unknown,
): Operation {
  return { input, run: (value, request) => run(input.parse(value), request) }
}

type Version = '1.0' | '1.1'

/**
 * An API of the AWS JSON protocols (`X-Amz-Target: <prefix>.<Operation>`): parses, validates, answers errors as
 * `__type` and `message`. `invalid` is the service's word for input that breaks a constraint.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonService(
  version: Version,
  operations: Readonly<Record<string, Operation>>,
  { invalid = 'ValidationException' } = {},
): Service {
  return async (request) => {
    try {
      const name =
        String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? ''
      const called = Object.hasOwn(operations, name) ? operations[name] : undefined
      if (!called)
        throw new AwsError('UnknownOperationException', `${name || 'This operation'} is not supported locally`)
      return answer(
        version,
        200,
        await called.run(called.input.parse(JSON.parse(request.body.toString() || '{}')), request),
      )
    } catch (error) {
      return jsonError(version, toAwsError(error, invalid))
    }
  }
}

/** An error as the clients of these protocols read it. */
export const jsonError = (version: Version, { code, message, status }: AwsError): AwsResponse =>
  answer(version, status, { __type: code, message })

const answer = (version: Version, status: number, body: unknown): AwsResponse => ({
  status,
  headers: { 'content-type': `application/x-amz-json-${version}` },
  body: JSON.stringify(body ?? {}),
})

/** What to answer for whatever was thrown; an error that is not the caller's is thrown on. */
export function toAwsError(error: unknown, invalid = 'ValidationException'): AwsError {
  if (error instanceof AwsError) return error
  if (error instanceof SyntaxError) return new AwsError('SerializationException', 'The request body is not valid JSON')
  if (error instanceof z.ZodError) return new AwsError(invalid, explain(error))
  throw error
}

/** In AWS's words, and on one line, as the AWS CLI shows it. */
function explain({ issues }: z.ZodError): string {
  const errors = issues.map(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')} is not supported locally`
      : `Value at '${path.join('.')}' failed to satisfy constraint: ${message}`,
  )
  return `${errors.length} validation error${errors.length === 1 ? '' : 's'} detected: ${errors.join('; ')}`
}
