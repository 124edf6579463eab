import { Button, Loader } from '@mantine/core'
import { MailIcon } from './icons.tsx'
import { Result } from './result.tsx'

interface Sent {
  readonly email: string
  /** Whether this page will notice by itself that the link was opened. */
  readonly isWatched: boolean
  readonly onRegisterAgain: () => void
}

/** "Check your inbox". `sent` is known where the form was sent with JavaScript; the static page does without. */
export const CheckInbox = ({ sent }: { readonly sent?: Sent }) => (
  <Result icon={<MailIcon />} tone="neutral" title="Check your inbox" isNews={sent !== undefined} done={1}>
    <p className="lead">
      We have sent a mail to {sent ? <strong className="address">{sent.email}</strong> : 'the address you gave'}. Open
      the link in it to confirm that the address is yours.
    </p>
    <p>The link expires; the mail says when.</p>
    {sent && (
      <p className="watch" role="status">
        {sent.isWatched && <Loader size="xs" type="dots" aria-hidden />}
        {sent.isWatched
          ? 'Waiting for you to open the link. This page will notice.'
          : 'This page has stopped waiting. The link works all the same, and says how it went.'}
      </p>
    )}
    <section className="help" aria-labelledby="help-title">
      <h2 id="help-title">Nothing there?</h2>
      <ul>
        <li>Give it a minute or two. Some mail takes its time.</li>
        <li>Look in the spam folder for “Please verify your email address”.</li>
        <li>Is the address right? If not, register again; what is never confirmed expires by itself.</li>
      </ul>
      {sent ? (
        <Button variant="default" onClick={sent.onRegisterAgain}>
          Register again
        </Button>
      ) : (
        <Button variant="default" component="a" href="/">
          Register again
        </Button>
      )}
    </section>
  </Result>
)
