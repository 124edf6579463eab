import type { ReactNode } from 'react'
import { Mark } from './icons.tsx'
import { Score } from './score.tsx'

/** What every page has around it. */
export const Frame = ({ children }: { readonly children: ReactNode }) => (
  <>
    <Score />
    <header className="site-header">
      <a className="brand" href="/">
        <Mark />
        Ensemble
      </a>
    </header>
    <main className="site-main">{children}</main>
    <footer className="site-footer">
      <p>
        Built on Ensemble, a backend in which every step is an event on Amazon EventBridge.{' '}
        <a href="/docs/">How it works</a>
      </p>
    </footer>
  </>
)
