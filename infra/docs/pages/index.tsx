import { renderToStaticMarkup } from 'react-dom/server'
import type { EventContract } from '../../../schemas/event.ts'
import type { Context } from '../../contracts.ts'
import type { Flow } from '../asyncapi.ts'
import { Api } from './api.tsx'
import { type Assets, Document } from './document.tsx'
import { Events } from './events.tsx'
import { Overview } from './overview.tsx'
import './styles.css'

/** What the pages tell of. */
export interface Contracts extends Flow {
  readonly contexts: readonly Context[]
  readonly patternOf: (events: readonly EventContract[]) => object
}

/** The HTML of every page, by its file; it needs no JavaScript. */
export function renderPages(contracts: Contracts, assets: Assets): Readonly<Record<string, string>> {
  const pages = {
    'docs/index.html': (
      <Document
        path="/docs/"
        title="How it works"
        description="Routes check what comes in and put events on the bus. Consumers take from it the events that concern them, each at its own pace, and may put further ones on it. Nobody calls anybody."
        assets={assets}
      >
        <Overview {...contracts} />
      </Document>
    ),
    'docs/api/index.html': (
      <Document
        path="/docs/api/"
        title="The API"
        description="Every route: what it takes, what it answers, and which events it emits."
        assets={assets}
      >
        <Api {...contracts} />
      </Document>
    ),
    'docs/events/index.html': (
      <Document
        path="/docs/events/"
        title="The events"
        description="Every event: who emits it, who takes it, what it says, and how it looks on the bus."
        assets={assets}
      >
        <Events {...contracts} />
      </Document>
    ),
  }
  return Object.fromEntries(
    Object.entries(pages).map(([file, page]) => [file, `<!doctype html>${renderToStaticMarkup(page)}\n`]),
  )
}
