import type { Failure } from '../api/failure.ts'
import { CheckIcon } from './icons.tsx'

/** What was accepted is not to be seen yet. */
export const LATE: Failure = {
  trouble: {
    title: 'This takes longer than usual',
    text: 'Your change is accepted and will be made. You will see it in a while.',
    links: [{ href: '/account.html', text: 'Look again' }],
  },
}

/** Read out as it appears, so it is on the page before. */
export const Saved = ({ isSaved }: { readonly isSaved: boolean }) => (
  <p className="saved" role="status">
    {isSaved && (
      <>
        <CheckIcon />
        Saved.
      </>
    )}
  </p>
)
