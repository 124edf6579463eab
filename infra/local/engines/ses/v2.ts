import * as z from 'zod'
import { AwsError, type AwsRequest, type AwsResponse, type Service } from '../engine.ts'
import { toAwsError } from '../json-service.ts'
import { checkEmail, checkRawEmail, type OutgoingEmail } from './email.ts'

const Addresses = z.array(z.string()).default([])
const Content = z.object({ Data: z.string(), Charset: z.string().optional() })

const SendEmail = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: z.object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses }).optional(),
  ReplyToAddresses: Addresses,
  Content: z.strictObject({
    Simple: z
      .object({ Subject: Content, Body: z.object({ Text: Content.optional(), Html: Content.optional() }) })
      .optional(),
    Raw: z.object({ Data: z.string() }).optional(),
  }),
  ConfigurationSetName: z.string().optional(),
})

/**
 * The newer API of SES, of which there is SendEmail with a simple or a raw message. `send` takes a mail and answers its id.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export const sesV2 =
  (send: (email: OutgoingEmail, request: AwsRequest) => string): Service =>
  (request) => {
    try {
      const { method, url } = request
      if (method !== 'POST' || url !== '/v2/email/outbound-emails')
        throw new AwsError('UnknownOperationException', `${method} ${url} is not supported locally`, 404)
      return answer(200, { MessageId: send(emailIn(request), request) })
    } catch (error) {
      const { code, message, status } = toAwsError(error)
      const name = NAMES[code] ?? code
      return answer(name === 'NotFoundException' ? 404 : status, { message }, { 'x-amzn-errortype': name })
    }
  }

/** What this API calls the older one's errors. */
const NAMES: Readonly<Record<string, string>> = {
  ConfigurationSetDoesNotExist: 'NotFoundException',
  InvalidParameterValue: 'BadRequestException',
  SerializationException: 'BadRequestException',
  ValidationException: 'BadRequestException',
}

function emailIn({ body }: AwsRequest): OutgoingEmail {
  const input = SendEmail.parse(JSON.parse(body.toString()))
  const { Simple, Raw } = input.Content
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {}
  const source = input.FromEmailAddress
  const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses]
  const configurationSet = input.ConfigurationSetName
  if (Raw) return checkRawEmail({ data: Raw.Data, source, recipients, configurationSet })
  if (!Simple) throw new AwsError('BadRequestException', 'The message is empty: say Content.Simple or Content.Raw.')
  return checkEmail({
    source: source ?? '',
    recipients,
    replyTo: input.ReplyToAddresses,
    subject: Simple.Subject.Data,
    text: Simple.Body.Text?.Data ?? '',
    html: Simple.Body.Html?.Data ?? '',
    configurationSet,
  })
}

const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
