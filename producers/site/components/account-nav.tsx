import { forgetAddress } from '../account/address.ts'
import { session, useSession } from '../account/use-session.ts'
import { forgetDraft } from '../meetups/draft.ts'

const logOut = () => {
  forgetAddress()
  forgetDraft()
  session.close()
}

/** The way to an account, or to one's own. Not shown before it is known which, unless without JavaScript. */
export function AccountNav() {
  const state = useSession()?.state
  if (state === 'open') {
    return (
      <nav className="account-nav" aria-label="Account">
        <a href="/account.html">My account</a>
        <button type="button" onClick={logOut}>
          Log out
        </button>
      </nav>
    )
  }
  return (
    <nav className="account-nav" aria-label="Account" data-is-unknown={state === undefined || undefined}>
      <a href="/signup.html">Sign up</a>
      <a href="/login.html">Log in</a>
    </nav>
  )
}
