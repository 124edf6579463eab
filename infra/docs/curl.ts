import type { RouteContract } from '../../schemas/route.ts'
import { takesBody } from './routes.ts'

/** Where `npm start` serves, unless told otherwise. */
export const LOCAL_SITE = 'http://localhost:3000'

/** A command for a POSIX shell that calls a route with its example; a token is taken from the variable TOKEN. */
export function curlOf(route: RouteContract): string {
  const { method, path, params = {}, auth, example } = route
  const url =
    LOCAL_SITE + path.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(params[name]?.example ?? ''))
  const hasBody = takesBody(route)
  return [
    `curl -i ${url}`,
    ...(method === (hasBody ? 'POST' : 'GET') ? [] : [`-X ${method}`]),
    ...(auth ? ['-H "authorization: Bearer $TOKEN"'] : []),
    ...(hasBody ? ["-H 'content-type: application/json'", `-d ${quoted(JSON.stringify(example))}`] : []),
  ].join(' \\\n  ')
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
