import * as z from 'zod'
import { Mistake } from '../../mistake.ts'

/** Where the intrinsic functions find what they refer to. */
export interface Scope {
  readonly ref: (logicalId: string) => Promise<string>
  readonly attribute: (logicalId: string, name: string) => Promise<string>
  readonly importValue: (exportName: string) => Promise<unknown>
  readonly stackOutput: (stack: string, output: string) => Promise<unknown>
  /** `AWS::Region` and the like. */
  readonly pseudo: Readonly<Record<string, string>>
}

const Pair = z.tuple([z.unknown(), z.unknown()])
const Texts = z.array(z.union([z.string(), z.number()]).transform(String))
const NO_VALUE = Symbol('AWS::NoValue')

/**
 * Resolves CloudFormation's intrinsic functions in a value.
 * Throws `Mistake` for a function that a synthesized app of ours never holds: conditions, maps, transforms.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export async function resolve(value: unknown, scope: Scope): Promise<unknown> {
  const resolved = await resolveAny(value, scope)
  return resolved === NO_VALUE ? undefined : resolved
}

async function resolveAny(value: unknown, scope: Scope): Promise<unknown> {
  if (Array.isArray(value)) {
    const items = await Promise.all(value.map((item) => resolveAny(item, scope)))
    return items.filter((item) => item !== NO_VALUE)
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [only] = entries
  if (entries.length === 1 && only) {
    const [name, argument] = only
    if (name === 'Ref') return resolveRef(z.string().parse(argument), scope)
    // A policy statement's condition is an object; the function names one of the template's conditions.
    if (name.startsWith('Fn::') || (name === 'Condition' && typeof argument === 'string'))
      return call(name, argument, scope)
  }
  const resolved: [string, unknown][] = []
  for (const [key, item] of entries) {
    const result = await resolveAny(item, scope)
    if (result !== NO_VALUE) resolved.push([key, result])
  }
  return Object.fromEntries(resolved)
}

async function resolveRef(name: string, scope: Scope): Promise<unknown> {
  if (name === 'AWS::NoValue') return NO_VALUE
  return Object.hasOwn(scope.pseudo, name) ? scope.pseudo[name] : scope.ref(name)
}

async function call(name: string, argument: unknown, scope: Scope): Promise<unknown> {
  const inner = (value: unknown) => resolveAny(value, scope)
  switch (name) {
    case 'Fn::GetAtt': {
      const [id, attribute] =
        typeof argument === 'string' ? splitOnce(argument, '.') : z.tuple([z.string(), z.string()]).parse(argument)
      return scope.attribute(id, attribute)
    }
    case 'Fn::Join': {
      const [separator, list] = Pair.parse(argument)
      return Texts.parse(await inner(list)).join(z.string().parse(separator))
    }
    case 'Fn::Split': {
      const [separator, text] = Pair.parse(argument)
      return z
        .string()
        .parse(await inner(text))
        .split(z.string().parse(separator))
    }
    case 'Fn::Select': {
      const [index, list] = Pair.parse(argument)
      const items = z.array(z.unknown()).parse(await inner(list))
      const at = z.coerce.number().parse(await inner(index))
      if (at in items) return items[at]
      throw new Mistake(`Fn::Select: there is no item ${at} in a list of ${items.length}`)
    }
    case 'Fn::Sub':
      return substitute(argument, scope)
    case 'Fn::ImportValue':
      return scope.importValue(z.string().parse(await inner(argument)))
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = z
        .object({ StackName: z.string(), OutputName: z.string() })
        .parse(await inner(argument))
      return scope.stackOutput(StackName, OutputName)
    }
    default:
      throw new Mistake(`The intrinsic function ${name} is not supported locally`)
  }
}

async function substitute(argument: unknown, scope: Scope): Promise<string> {
  const [template, values] =
    typeof argument === 'string'
      ? [argument, {}]
      : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument)
  const parts = template.split(/\$\{([^}]+)\}/)
  const resolved = await Promise.all(
    parts.map(async (part, index) => {
      if (index % 2 === 0) return part
      if (part.startsWith('!')) return `\${${part.slice(1)}}`
      if (Object.hasOwn(values, part)) return String(await resolveAny(values[part], scope))
      if (part.includes('.')) return scope.attribute(...splitOnce(part, '.'))
      return String(await resolveRef(part, scope))
    }),
  )
  return resolved.join('')
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + 1)]
}
