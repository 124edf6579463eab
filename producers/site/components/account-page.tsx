import type { ReactNode } from 'react'
import { Heading } from './heading.tsx'

interface Props {
  readonly title: string
  readonly isNews?: boolean
  readonly lead: ReactNode
  /** The form. */
  readonly children: ReactNode
  /** Under it: where else to go. */
  readonly aside?: ReactNode
}

/** A page with one of the forms around an account, which is nothing without JavaScript. */
export const AccountPage = ({ title, isNews = false, lead, children, aside }: Props) => (
  <div className="single account">
    <div className="intro">
      <Heading isNews={isNews}>{title}</Heading>
      <p className="lead">{lead}</p>
    </div>
    <noscript>
      <p className="notice">This page needs JavaScript, which your browser does not run.</p>
    </noscript>
    {children}
    {aside && <div className="elsewhere">{aside}</div>}
  </div>
)
