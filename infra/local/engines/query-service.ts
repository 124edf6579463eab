import { randomUUID } from 'node:crypto'
import { AwsError, type AwsRequest, type AwsResponse, type Service } from './engine.ts'

/** Answers the members of its result as XML. Throws `AwsError`. */
export type Action = (form: URLSearchParams, request: AwsRequest) => Promise<string> | string

/**
 * An API of the AWS Query protocol: the parameters are a form, in the body or in the URL, and the answer is XML.
 * `namespace` ends in the API's version. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryService(namespace: string, actions: Readonly<Record<string, Action>>): Service {
  const [version = ''] = /\d{4}-\d\d-\d\d/.exec(namespace) ?? []
  return async (request) => {
    const form = formOf(request)
    const name = form.get('Action') ?? ''
    try {
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (!action) throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${version}`)
      const result = await action(form, request)
      const metadata = `<ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata>`
      const content = `<${name}Result>${result}</${name}Result>${metadata}`
      return xml(200, `<${name}Response xmlns="${namespace}">${content}</${name}Response>`)
    } catch (error) {
      if (error instanceof AwsError) return queryError(error, namespace)
      throw error
    }
  }
}

/** An error as the clients of the protocol read it; they can do without the API's namespace. */
export function queryError({ code, message, status }: AwsError, namespace?: string): AwsResponse {
  const type = status < 500 ? 'Sender' : 'Receiver'
  const detail = element('Type', type) + element('Code', code) + element('Message', message)
  const content = `<Error>${detail}</Error>${element('RequestId', randomUUID())}`
  return xml(status, `<ErrorResponse${namespace ? ` xmlns="${namespace}"` : ''}>${content}</ErrorResponse>`)
}

const xml = (status: number, body: string): AwsResponse => ({ status, headers: { 'content-type': 'text/xml' }, body })

/** Is it a call of this protocol? */
export const isForm = ({ headers }: Pick<AwsRequest, 'headers'>): boolean =>
  /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')

/** The parameters of a call: those in the body, or, of a link that was opened, those in the URL. */
export const formOf = ({ method, url, body }: AwsRequest): URLSearchParams =>
  new URLSearchParams(method === 'GET' ? url.slice(url.indexOf('?') + 1) : body.toString())

/** An XML element that holds a text. */
export const element = (name: string, text: string): string => `<${name}>${escapeMarkup(text)}</${name}>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** A text as XML and HTML spell it, between tags or in double quotes. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character)
