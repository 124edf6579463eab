/**
 * A mail's HTML as a page of its own, for a frame without scripts: every link in it opens in a new tab. Whatever the mail
 * says about that later does not count, as only the first `base` of a page does.
 * https://html.spec.whatwg.org/multipage/semantics.html#the-base-element
 */
export const mailDocument = (html: string): string =>
  `<!doctype html><meta charset="utf-8"><base target="_blank"><style>:root{color-scheme:light;background:#fff}</style>${html}`

/** What the frame may do: open what is clicked, as a page with all its rights, and nothing else. */
export const MAIL_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'

export interface Piece {
  readonly text: string
  /** Where in the text it begins. */
  readonly at: number
  readonly isLink: boolean
}

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g

/** Takes a text apart into links and what is between them. */
export function findLinks(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const { 0: link, index } of text.matchAll(LINK)) {
    if (index > end) pieces.push({ text: text.slice(end, index), at: end, isLink: false })
    pieces.push({ text: link, at: index, isLink: true })
    end = index + link.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end), at: end, isLink: false })
  return pieces
}
