import { AwsError, type AwsRequest, type AwsResponse } from './engine.ts'
import { element, isForm, queryError } from './query-service.ts'

/** The services of the REST XML protocol; others that want XML are known by the forms that they are sent. */
const REST_XML = new Set(['s3', 's3express', 'cloudfront', 'route53'])

/**
 * An error that no engine answers, in the protocol of the call: a client that is answered in another one says that it
 * cannot parse the answer, and nothing of what is in it.
 * https://smithy.io/2.0/aws/protocols/index.html
 */
export function refusal(
  request: Pick<AwsRequest, 'headers'>,
  service: string | undefined,
  error: AwsError,
): AwsResponse {
  const { code, message, status } = error
  const inXml = new AwsError(codeInXml(code), message, status)
  if (service === 'ec2') return ec2Error(inXml)
  if (service !== undefined && REST_XML.has(service)) return restXmlError(inXml)
  if (isForm(request)) return queryError(inXml)
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  }
}

/** An error of S3. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const restXmlError = ({ code, message, status }: AwsError): AwsResponse =>
  xml(status, `<Error>${element('Code', code)}${element('Message', message)}</Error>`)

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html */
const ec2Error = ({ code, message, status }: AwsError): AwsResponse =>
  xml(
    status,
    `<Response><Errors><Error>${element('Code', code)}${element('Message', message)}</Error></Errors></Response>`,
  )

const codeInXml = (code: string): string =>
  code === 'UnknownOperationException' ? 'InvalidAction' : code.replace(/Exception$/, '')

const xml = (status: number, content: string): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
})
