import * as z from 'zod'

/** An item in DynamoDB's own JSON. */
export type Attributes = z.output<typeof Attributes>
export const Attributes = z.record(z.string(), z.record(z.string(), z.unknown()))

const List = z.array(z.record(z.string(), z.unknown()))

/**
 * An item as people read it. A number that JavaScript cannot hold stays a text; binary stays base64.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export const plainOf = (item: Attributes): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]))

function plainValue(attribute: Attributes[string]): unknown {
  const [[type, value] = []] = Object.entries(attribute)
  switch (type) {
    case 'N':
      return plainNumber(value)
    case 'NULL':
      return null
    case 'M':
      return plainOf(Attributes.parse(value))
    case 'L':
      return List.parse(value).map(plainValue)
    case 'NS':
      return z.array(z.string()).parse(value).map(plainNumber)
    default:
      return value
  }
}

function plainNumber(text: unknown): unknown {
  const number = Number(text)
  return String(number) === text ? number : text
}
