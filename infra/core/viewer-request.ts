interface ViewerRequest {
  readonly request: { uri: string }
}

/**
 * A CloudFront Function, run at the edge for every request to the site: answers a folder with the page in it. Its source
 * is what is deployed, so it must stand alone, and say nothing that the runtime does not know: no destructuring, no
 * shorthand, no `?.`, no `??`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
export function handler(event: ViewerRequest): object {
  const request = event.request
  const uri = request.uri
  if (uri.endsWith('/')) {
    request.uri = `${uri}index.html`
    return request
  }
  const file = uri.slice(uri.lastIndexOf('/'))
  if (file.includes('.')) return request
  // A folder without its slash: relative links on its page work only with it. A path of two slashes is another host.
  const location = `/${uri.replace(/^[/\\]+/, '')}/`
  return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: location } } }
}
