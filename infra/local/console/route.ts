import type * as z from 'zod'

/** One thing that the console's API answers, under `/_console/api`. */
export interface ConsoleRoute {
  readonly method: 'GET' | 'POST'
  /** As in `/events/{id}`. */
  readonly path: string
  /**
   * What is answered as JSON; `undefined` is answered as 204. An `AwsError` or a `Mistake` that it throws is told to
   * whoever asked, anything else is not.
   */
  readonly answer: (request: RouteRequest) => unknown
}

export interface RouteRequest {
  /** The values of the path's `{names}`. */
  readonly params: Texts
  /** A parameter without a value is not in it. */
  readonly query: Texts
  /** What the JSON of a POST says. */
  readonly body: unknown
}

type Texts = Readonly<Record<string, string>>

interface Definition<Request extends z.ZodType> extends Omit<ConsoleRoute, 'answer'> {
  /** Of the parts of a `RouteRequest` that `answer` looks at. */
  readonly request: Request
  readonly answer: (request: z.output<Request>) => unknown
}

/** What was asked for is not as the route wants it. */
export class BadRequest extends Error {
  readonly errors: readonly { readonly path: string; readonly message: string }[]

  constructor({ issues }: z.ZodError) {
    // Whether it stands in the path, the query or the body, nobody need be told.
    const errors = issues.map(({ path: [, ...path], message }) => ({ path: path.join('.'), message }))
    super(errors.map(({ path, message }) => (path ? `${path} ${message}` : message)).join('; '))
    this.errors = errors
  }
}

/** Ties the type of what `answer` is given to its schema, and then forgets it. */
export function route<Request extends z.ZodType>({ request, answer, ...rest }: Definition<Request>): ConsoleRoute {
  return {
    ...rest,
    answer(asked) {
      const { data, error } = request.safeParse(asked)
      if (error) throw new BadRequest(error)
      return answer(data)
    },
  }
}

/** The values of a route's `{names}` in a path, or `undefined` if the path is another's. */
export function paramsIn({ path: template }: ConsoleRoute, path: string): Texts | undefined {
  const parts = path.split('/')
  const names = template.split('/')
  if (parts.length !== names.length) return undefined
  const params: [string, string][] = []
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? ''
    const parameter = /^\{(.+)\}$/.exec(name)?.[1]
    if (parameter === undefined ? part !== name : part === '') return undefined
    if (parameter !== undefined) params.push([parameter, decode(part)])
  }
  return Object.fromEntries(params)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
