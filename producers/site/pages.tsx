import type { ReactElement } from 'react'
import { renderToString } from 'react-dom/server'
import { CheckInbox } from './components/check-inbox.tsx'
import { ConfirmedPage } from './components/confirmed.tsx'
import { Home } from './components/home.tsx'
import { NotFound } from './components/not-found.tsx'
import { Site } from './components/site.tsx'

const PAGES: Readonly<Record<string, ReactElement>> = {
  '/index.html': <Home />,
  '/check-inbox.html': <CheckInbox />,
  '/confirmed.html': <ConfirmedPage />,
  '/404.html': <NotFound />,
}

/** The HTML of the page at this path, as a browser without JavaScript gets it. */
export function renderPage(path: string): string {
  const page = PAGES[path]
  if (!page) throw new Error(`No page for ${path}`)
  return renderToString(<Site>{page}</Site>)
}
