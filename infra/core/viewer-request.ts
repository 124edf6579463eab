import { Mistake } from '../mistake.ts'

interface ViewerRequest {
  readonly request: { uri: string }
}

interface Site {
  /** The path of every page there is, such as `/docs/index.html`. */
  readonly pages: readonly string[]
  /** As HTML: what is answered in place of a page that is not there. */
  readonly notFound: string
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_BYTES = 10_240

/**
 * The source of a CloudFront Function, run at the edge for every request to the site: answers a folder with the page in
 * it, and what is no page with ours that says so. CloudFront's own custom error pages would do that for the API's errors,
 * too. Throws a `Mistake` if that page is too large.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function viewerRequestCode(site: Site): string {
  const code = `const site = ${JSON.stringify(site)}\n${answer}\nfunction handler(event) { return answer(event, site) }\n`
  if (Buffer.byteLength(code) <= MAX_BYTES) return code
  throw new Mistake(`The 404 page is too large: with it CloudFront's function has more than ${MAX_BYTES} bytes`)
}

/**
 * Its source is what is deployed, so it must stand alone, and say nothing that the runtime does not know: no destructuring,
 * no shorthand, no `?.`, no `??`.
 */
function answer(event: ViewerRequest, site: Site): object {
  const request = event.request
  const uri = request.uri
  if (uri.endsWith('/')) request.uri = `${uri}index.html`
  else if (!uri.slice(uri.lastIndexOf('/')).includes('.')) {
    // A folder without its slash: relative links on its page work only with it. A path of two slashes is another host.
    const location = `/${uri.replace(/^[/\\]+/, '')}/`
    return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: location } } }
  }
  if (!request.uri.endsWith('.html') || site.pages.includes(request.uri)) return request
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'text/html; charset=utf-8' }, 'cache-control': { value: 'no-cache' } },
    body: { encoding: 'text', data: site.notFound },
  }
}
