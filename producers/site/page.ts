import type { ReactElement } from 'react'

/** One page of the site. A file in `pages/` exports it as `page`, and is called as the page is. */
export interface Page {
  /** What the tab says, before the site's name. */
  readonly title: string
  /** One sentence for whoever finds it by a search. */
  readonly description: string
  /** Whether searches may find it. */
  readonly isListed?: boolean
  readonly content: ReactElement
}
