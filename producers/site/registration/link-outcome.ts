/** What /api/confirm said about a link when it sent the browser to /confirmed.html. */
export type LinkOutcome =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'already'; readonly message: string }
  | { readonly kind: 'problem'; readonly message: string }

const MAX_LENGTH = 300

/** `search`: the page's query string. Anybody can write a link with any `msg`, so it is only ever shown as text, and not at length. */
export function linkOutcomeOf(search: string): LinkOutcome {
  const message = new URLSearchParams(search).get('msg')?.trim().slice(0, MAX_LENGTH)
  if (!message) return { kind: 'confirmed' }
  return { kind: /already verified/i.test(message) ? 'already' : 'problem', message }
}
