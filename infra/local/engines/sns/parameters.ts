import { AwsError } from '../engine.ts'
import { element } from '../query-service.ts'

/** SNS's error for a parameter, with its reason. */
export const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`)

/** A parameter that must be there. */
export function required(form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (!value) throw invalid(`${name} Reason: no value for required parameter`)
  return value
}

/** A parameter that must be an ARN, of what it is. */
export function requiredArn(form: URLSearchParams, name: string): string {
  const arn = required(form, name)
  const { length } = arn.split(':')
  if (length < 6) throw invalid(`${name} Reason: An ARN must have at least 6 elements, not ${length}`)
  return arn
}

/** A list of structures in the order of their numbers, each with what follows its number: `Tags.member.1.Key=a`, … */
export function structures(form: URLSearchParams, list: string): readonly URLSearchParams[] {
  const found = new Map<number, URLSearchParams>()
  for (const [key, value] of form) {
    if (!key.startsWith(`${list}.`)) continue
    const [, number, member] = /^(\d+)\.(.+)$/.exec(key.slice(list.length + 1)) ?? []
    if (number === undefined || member === undefined) continue
    const structure = found.get(Number(number)) ?? new URLSearchParams()
    structure.append(member, value)
    found.set(Number(number), structure)
  }
  return [...found].toSorted(([one], [other]) => one - other).map(([, structure]) => structure)
}

/** The map `Attributes`. */
export const attributesIn = (form: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    structures(form, 'Attributes.entry').map((entry) => [entry.get('key') ?? '', entry.get('value') ?? '']),
  )

/** A map as the member `Attributes` of a result. */
export const attributesXml = (attributes: Readonly<Record<string, string>>): string =>
  `<Attributes>${Object.entries(attributes)
    .map(([key, value]) => `<entry>${element('key', key)}${element('value', value)}</entry>`)
    .join('')}</Attributes>`

const PAGE = 100

/**
 * One page of a list as the member `list` of a result, and the token of the next. The token is the last ARN of this
 * page: what is created or deleted meanwhile neither repeats nor hides anything.
 */
export function pageXml<Item extends { readonly arn: string }>(
  list: string,
  items: Iterable<Item>,
  form: URLSearchParams,
  memberXml: (item: Item) => string,
): string {
  const after = form.get('NextToken') ?? ''
  const rest = [...items].filter(({ arn }) => arn > after).toSorted((a, b) => (a.arn < b.arn ? -1 : 1))
  const page = rest.slice(0, PAGE)
  const last = rest.length > PAGE ? page.at(-1) : undefined
  const members = page.map((item) => `<member>${memberXml(item)}</member>`).join('')
  return `<${list}>${members}</${list}>${last ? element('NextToken', last.arn) : ''}`
}
