import type { ReactElement } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { Site } from './components/site.tsx'

/** Brings a prerendered page to life. */
export function hydrate(page: ReactElement): void {
  const root = document.getElementById('root')
  if (!root) throw new Error('The page has no #root')
  hydrateRoot(root, <Site>{page}</Site>)
}
