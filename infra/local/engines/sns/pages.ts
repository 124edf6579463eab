import type { AwsRequest, AwsResponse } from '../engine.ts'
import { escapeMarkup, formOf } from '../query-service.ts'

/** Was a link opened in a browser? */
export const isBrowser = ({ method, headers }: AwsRequest): boolean =>
  method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '')

/** The answer to a link in a mail, for people to read. */
export function page(request: AwsRequest, { status }: AwsResponse): AwsResponse {
  const form = formOf(request)
  const confirms = form.get('Action') === 'ConfirmSubscription'
  const topic = (form.get('TopicArn') ?? form.get('SubscriptionArn') ?? '').split(':')[5] ?? ''
  const [title, text] =
    status >= 400
      ? ['This link is not valid', 'It may be incomplete or too old. Subscribe again to get a new one.']
      : confirms
        ? ['Subscription confirmed', `From now on you get what is published to ${topic}.`]
        : ['Unsubscribed', `You get nothing more of ${topic}.`]
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title>
<style>body { max-width: 32rem; margin: 15vh auto; padding: 0 1rem; font: 1.125rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }</style>
<main><h1>${escapeMarkup(title)}</h1><p>${escapeMarkup(text)}</p></main>
</html>
`,
  }
}
