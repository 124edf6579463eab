import { hydrateRoot } from 'react-dom/client'
import { Site } from './components/site.tsx'
import type { Page } from './page.ts'

/** Brings a prerendered page to life. */
export function hydrate({ content }: Page): void {
  const root = document.getElementById('root')
  if (!root) throw new Error('The page has no #root')
  hydrateRoot(root, <Site>{content}</Site>)
}
