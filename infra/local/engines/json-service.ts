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

/**
 * An API of the AWS JSON protocols (`X-Amz-Target: <prefix>.<Operation>`): parses, validates, answers errors as
 * `__type` and `message`. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonService(version: '1.0' | '1.1', operations: Readonly<Record<string, Operation>>): Service {
  const contentType = `application/x-amz-json-${version}`
  const answer = (status: number, body: unknown): AwsResponse => ({
    status,
    headers: { 'content-type': contentType },
    body: JSON.stringify(body ?? {}),
  })
  return async (request) => {
    try {
      const name =
        String(request.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? ''
      const called = Object.hasOwn(operations, name) ? operations[name] : undefined
      if (!called)
        throw new AwsError('UnknownOperationException', `${name || 'This operation'} is not supported locally`)
      return answer(200, await called.run(called.input.parse(JSON.parse(request.body.toString() || '{}')), request))
    } catch (error) {
      const { code, message, status } = toAwsError(error)
      return answer(status, { __type: code, message })
    }
  }
}

export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error
  if (error instanceof SyntaxError) return new AwsError('SerializationException', 'The request body is not valid JSON')
  if (error instanceof z.ZodError) return new AwsError('ValidationException', z.prettifyError(error))
  throw error
}
