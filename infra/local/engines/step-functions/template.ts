import { RuntimeProblem } from './failure.ts'
import { type Call, evaluate, parseCall } from './intrinsic.ts'
import { isArray, isObject, type Json } from './json.ts'
import { find, parsePath, type Roots } from './path.ts'

const calls = new Map<string, Call>()

/** Parses the value of a field that ends in `.$`. Throws SyntaxError. */
export function checkExpression(expression: string): void {
  if (expression.startsWith('$')) parsePath(expression)
  else callOf(expression)
}

function callOf(expression: string): Call {
  const known = calls.get(expression)
  if (known) return known
  const call = parseCall(expression)
  calls.set(expression, call)
  return call
}

/** What a path or a call of an intrinsic function in this field stands for. Throws `RuntimeProblem`. */
export function resolve(field: string, expression: string, roots: Roots): Json {
  if (!expression.startsWith('$')) return evaluate(callOf(expression), roots)
  const path = parsePath(expression)
  const value = find(path, roots)
  if (value !== undefined) return value
  const searched = JSON.stringify(path.ofContext ? roots.context : roots.input)
  throw new RuntimeProblem(
    `The JSONPath '${expression}' specified for the field '${field}' could not be found in the input '${searched}'`,
  )
}

/**
 * Fills in a payload template: each field that ends in `.$` loses that ending and gets what its expression stands for.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function fill(template: Json, roots: Roots): Json {
  if (isArray(template)) return template.map((item) => fill(item, roots))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), resolve(name, value, roots)]
        : [name, fill(value, roots)],
    ),
  )
}

/** Checks every expression in a template. Throws SyntaxError. */
export function checkTemplate(template: Json): void {
  if (isArray(template)) for (const item of template) checkTemplate(item)
  if (!isObject(template)) return
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith('.$')) checkTemplate(value)
    else if (typeof value === 'string') checkExpression(value)
    else throw new SyntaxError(`The value of ${name} must be a path or a call of an intrinsic function`)
  }
}
