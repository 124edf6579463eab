import type { ReactNode } from 'react'
import { Heading } from './heading.tsx'
import { Journey } from './journey.tsx'

interface Props {
  readonly icon: ReactNode
  readonly tone: 'good' | 'neutral' | 'warning'
  readonly title: string
  readonly isNews?: boolean | undefined
  /** Steps of the registration that are behind us; without it the page is about something else. */
  readonly done?: 0 | 1 | 2 | 3
  readonly children: ReactNode
}

/** A page that says one thing. */
export const Result = ({ icon, tone, title, isNews, done, children }: Props) => (
  <div className={done === undefined ? 'single' : 'split'}>
    <article className="card result" data-tone={tone}>
      <span className="badge">{icon}</span>
      <Heading isNews={isNews}>{title}</Heading>
      {children}
    </article>
    {done !== undefined && <Journey done={done} />}
  </div>
)
