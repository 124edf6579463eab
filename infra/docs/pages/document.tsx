import type { ReactNode } from 'react'
import { Frame } from '../../../producers/site/components/frame.tsx'
import { linkTo } from '../links.ts'
import styles from './document.module.css'

/** The files that every page loads, by their URLs. */
export interface Assets {
  readonly style: string
  readonly script: string
}

const PAGES = [
  [linkTo.overview, 'Overview'],
  [linkTo.api, 'API'],
  [linkTo.events, 'Events'],
] as const
const DOCUMENTS = [
  ['/docs/openapi.json', 'OpenAPI'],
  ['/docs/asyncapi.json', 'AsyncAPI'],
] as const

interface Props {
  readonly path: (typeof PAGES)[number][0]
  readonly title: string
  readonly description: string
  readonly assets: Assets
  readonly children: ReactNode
}

/** A page of the documentation, whole: what the site's pages have around them, and the way to the other pages. */
export const Document = ({ path, title, description, assets, children }: Props) => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#f8f5f7" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#17121a" media="(prefers-color-scheme: dark)" />
      <meta name="description" content={description} />
      <title>{`${title} · Ensemble`}</title>
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href={assets.style} />
      <script type="module" src={assets.script} />
    </head>
    <body>
      <div id="root">
        <Frame>
          <nav className={styles.nav} aria-label="Documentation">
            <ul>
              {PAGES.map(([href, label]) => (
                <li key={href}>
                  <a href={href} aria-current={href === path ? 'page' : undefined}>
                    {label}
                  </a>
                </li>
              ))}
              {DOCUMENTS.map(([href, label]) => (
                <li key={href} className={styles.document}>
                  <a href={href}>
                    {label} <span className={styles.format}>JSON</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className={styles.intro}>
            <h1>{title}</h1>
            <p className={styles.lead}>{description}</p>
          </div>
          {children}
        </Frame>
      </div>
    </body>
  </html>
)
