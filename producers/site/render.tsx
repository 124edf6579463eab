/// <reference types="vite/types/importMeta.d.ts" />
import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { Site } from './components/site.tsx'
import type { Page } from './page.ts'

const PAGES = import.meta.glob<Page>('./pages/*.tsx', { import: 'page', eager: true })

/** What a browser without JavaScript gets of the page `pages/<name>.tsx`: what its head says, and its content. */
export function render(name: string): { readonly head: string; readonly content: string } {
  const page = PAGES[`./pages/${name}.tsx`]
  if (!page) throw new Error(`There is no pages/${name}.tsx that exports a page`)
  const { title, description, isListed, content } = page
  return {
    head: renderToStaticMarkup(
      <>
        <meta name="description" content={description} />
        {isListed || <meta name="robots" content="noindex" />}
        <title>{`${title} · Ensemble`}</title>
      </>,
    ),
    content: renderToString(<Site>{content}</Site>),
  }
}
