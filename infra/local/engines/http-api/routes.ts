export interface Route {
  readonly key: string
  readonly integration: string
  /** Who may call it: whoever has a token that this authorizer accepts, with one of these scopes if there are any. */
  readonly authorization?: { readonly authorizerId: string; readonly scopes: readonly string[] }
}

export interface RouteMatch {
  readonly route: Route
  readonly pathParameters: Readonly<Record<string, string>>
}

interface Compiled {
  readonly route: Route
  readonly method: string
  readonly pattern: RegExp
  /** The variables, in the order of the pattern's groups: not every name of one is a name of a group. */
  readonly variables: readonly string[]
  /** Literal segments are more particular than variables, and those than a greedy variable. */
  readonly rank: string
}

/**
 * Chooses the route of a request as an HTTP API does: full match, then greedy variable, then `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => RouteMatch | undefined {
  const fallback = routes.find(({ key }) => key === '$default')
  const compiled = routes.filter(({ key }) => key !== '$default').map(compile)
  compiled.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
  return (method, path) => {
    for (const { route, method: wanted, pattern, variables } of compiled) {
      if (wanted !== method && wanted !== 'ANY') continue
      const found = pattern.exec(path)
      if (found) return { route, pathParameters: decoded(variables, found.slice(1)) }
    }
    return fallback && { route: fallback, pathParameters: {} }
  }
}

function compile(route: Route): Compiled {
  const [method = '', path = ''] = route.key.split(' ')
  const segments = path.split('/').slice(1)
  const patterns = segments.map((segment) => {
    const [, variable, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? []
    if (!variable) return { text: segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), rank: '0', variables: [] }
    return { text: greedy ? '(.+)' : '([^/]+)', rank: greedy ? '2' : '1', variables: [variable] }
  })
  return {
    route,
    method,
    pattern: new RegExp(`^/${patterns.map(({ text }) => text).join('/')}$`),
    variables: patterns.flatMap(({ variables }) => variables),
    rank: patterns.map(({ rank }) => rank).join('') + (method === 'ANY' ? 'z' : 'a'),
  }
}

const decoded = (variables: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(variables.map((name, index) => [name, decode(values[index] ?? '')]))

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
