import * as z from 'zod'

/** Something that a caller wants to do. */
export interface Wanted {
  /** As policies write it: `dynamodb:PutItem`. */
  readonly action: string
  /** The ARNs that this may be allowed on: one that is enough, if there are several. */
  readonly resources: readonly string[]
  /** What conditions may ask about, by condition key. */
  readonly keys?: Readonly<Record<string, string>>
}

const Strings = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const Values = z.record(z.string(), z.union([z.boolean().transform(String), Strings]))

/** The operators that are understood. A policy that has another one is refused when the cloud starts. */
const Conditions = z.strictObject({
  StringEquals: Values.optional(),
  StringLike: Values.optional(),
  ArnEquals: Values.optional(),
  ArnLike: Values.optional(),
  Bool: Values.optional(),
})

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: Strings.optional(),
  NotAction: Strings.optional(),
  Resource: Strings.optional(),
  NotResource: Strings.optional(),
  Condition: Conditions.optional(),
})
export type Statement = z.output<typeof Statement>

/** A policy of a role: what it may do. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const PolicyDocument = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Statement: z.preprocess((given) => [given].flat(), z.array(Statement)),
})

/**
 * Whether these statements allow it: one does, and none denies it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function allows(statements: readonly Statement[], { action, resources, keys = {} }: Wanted): boolean {
  const about = statements.filter((each) => isAboutAction(each, action) && isMet(each.Condition, keys))
  return resources.some((resource) => {
    const effects = about.filter((each) => isAboutResource(each, resource)).map(({ Effect }) => Effect)
    return effects.includes('Allow') && !effects.includes('Deny')
  })
}

function isAboutAction({ Action, NotAction }: Statement, action: string): boolean {
  const named = action.toLowerCase()
  const matches = (patterns: readonly string[]) => patterns.some((each) => isLike(each.toLowerCase(), named))
  return Action ? matches(Action) : NotAction !== undefined && !matches(NotAction)
}

function isAboutResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const matches = (patterns: readonly string[]) => patterns.some((each) => isLike(each, resource))
  return Resource ? matches(Resource) : NotResource !== undefined && !matches(NotResource)
}

/** A key that the call does not have meets no condition. */
function isMet(conditions: Statement['Condition'] = {}, keys: Readonly<Record<string, string>>): boolean {
  return Object.entries(conditions).every(([operator, byKey]) =>
    Object.entries(byKey ?? {}).every(([key, values]) => {
      const value = keys[key]
      if (value === undefined) return false
      return [values]
        .flat()
        .some((each) =>
          operator.startsWith('String') && operator.endsWith('Equals') ? each === value : isLike(each, value),
        )
    }),
  )
}

const patterns = new Map<string, RegExp>()

/** `*` stands for any text, `?` for any one character. */
function isLike(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text
  let compiled = patterns.get(pattern)
  if (!compiled) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    compiled = new RegExp(`^${source}$`, 's')
    patterns.set(pattern, compiled)
  }
  return compiled.test(text)
}
