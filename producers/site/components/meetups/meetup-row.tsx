import { Button } from '@mantine/core'
import { type ReactNode, type Ref, useRef, useState } from 'react'
import { hrefOf } from '../../meetups/address.ts'
import type { Meetup } from '../../meetups/one.ts'
import { type Stage, stageOf } from '../../meetups/places.ts'
import { Banner } from './banner.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { Places, When } from './facts.tsx'
import { Leave } from './leave.tsx'

const STAGES: Readonly<Record<Stage, string | undefined>> = {
  open: undefined,
  full: undefined,
  cancelled: 'Cancelled',
  over: 'Over',
}

interface RowProps {
  readonly meetup: Meetup
  readonly children: ReactNode
  readonly ref?: Ref<HTMLElement>
}

/** A meetup in a list of one's own. */
const Row = ({ meetup, children, ref }: RowProps) => {
  const stage = stageOf(meetup)
  return (
    <article ref={ref} className="meetup-row" data-stage={stage}>
      <Banner title={meetup.title} category={meetup.category} url={meetup.bannerUrl} />
      <div className="meetup-row-said">
        <h2>
          <a href={hrefOf(meetup.meetupId)}>{meetup.title}</a>
        </h2>
        <p className="tags">
          {STAGES[stage] && <span className="tag">{STAGES[stage]}</span>}
          {meetup.privacy === 'private' && <span className="tag">Private</span>}
        </p>
        <When meetup={meetup} />
        {STAGES[stage] === undefined && <Places meetup={meetup} />}
      </div>
      <div className="meetup-row-do">{children}</div>
    </article>
  )
}

const isOn = (meetup: Meetup): boolean => STAGES[stageOf(meetup)] === undefined

interface OwnProps {
  readonly meetup: Meetup
  readonly onCancelled: (meetup: Meetup) => void
}

export function OwnRow({ meetup, onCancelled }: OwnProps) {
  const [isAsked, setIsAsked] = useState(false)
  const row = useRef<HTMLElement>(null)

  const cancelled = () => {
    onCancelled(meetup)
    // The button is gone, and the focus with it.
    row.current?.querySelector('a')?.focus()
  }
  return (
    <Row meetup={meetup} ref={row}>
      {isOn(meetup) && (
        <Button variant="default" size="md" onClick={() => setIsAsked(true)}>
          Cancel…<span className="visually-hidden"> {meetup.title}</span>
        </Button>
      )}
      {isAsked && <CancelDialog meetup={meetup} onCancelled={cancelled} onClose={() => setIsAsked(false)} />}
    </Row>
  )
}

export const AttendedRow = ({ meetup }: { readonly meetup: Meetup }) => (
  <Row meetup={meetup}>{isOn(meetup) && <Leave meetup={meetup} />}</Row>
)
