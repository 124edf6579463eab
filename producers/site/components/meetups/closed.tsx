import type { Stage } from '../../meetups/places.ts'

const CLOSED = {
  full: 'All places are taken. If somebody leaves, this page will notice.',
  cancelled: 'This meetup was cancelled: it does not take place.',
  over: 'This meetup is over.',
} as const

/** Why nobody can take a place. */
export const Closed = ({ stage }: { readonly stage: Exclude<Stage, 'open'> }) => (
  <p className="closed" data-stage={stage}>
    {CLOSED[stage]}
  </p>
)
