import type { ReactNode } from 'react'
import { Mark } from './icons.tsx'
import { Score } from './score.tsx'

interface Props {
  readonly children: ReactNode
  /** At the end of the header. */
  readonly nav?: ReactNode
}

/** What every page has around it. */
export const Frame = ({ children, nav }: Props) => (
  <>
    <Score />
    <header className="site-header">
      <a className="brand" href="/">
        <Mark />
        Ensemble
      </a>
      {nav}
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
