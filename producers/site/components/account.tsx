import { Button, Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type Account as Loaded, loadAccount } from '../account/load.ts'
import { loginFor } from '../account/next-page.ts'
import { useSession } from '../account/use-session.ts'
import type { Trouble } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { UserIcon } from './icons.tsx'
import { Notice } from './notice.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'
import { Result } from './result.tsx'

const HERE = '/account.html'

/** /account.html, for whoever is logged in. */
export function Account() {
  const session = useSession()
  const isStranger = session?.state === 'closed' && session.id === 0
  useEffect(() => {
    if (isStranger) window.location.replace(loginFor(HERE))
  }, [isStranger])

  if (session === undefined || isStranger) return <Loading />
  // Another login is another account: nothing of the last one may stay.
  if (session.state === 'open') return <Open key={session.id} />
  const isEnded = session.state === 'ended'
  return (
    <Result icon={<UserIcon />} tone="neutral" title={isEnded ? 'Your login has ended' : 'You are logged out'} isNews>
      <p className="lead">
        {isEnded
          ? 'It does not last for ever, so that a forgotten browser does not stay yours. Please log in again.'
          : 'This browser has forgotten your login.'}
      </p>
      <Button component="a" href={loginFor(HERE)}>
        Log in again
      </Button>
    </Result>
  )
}

const Loading = () => (
  <AccountPage title="My account" lead="Your profile, and how you want to be notified.">
    <p className="watch" role="status">
      <Loader size="xs" type="dots" aria-hidden />
      Loading your account…
    </p>
  </AccountPage>
)

function Open() {
  const [account, setAccount] = useState<Loaded | { readonly trouble: Trouble }>()
  useEffect(() => {
    if (account) return
    let isWanted = true
    loadAccount().then((loaded) => isWanted && setAccount(loaded))
    return () => {
      isWanted = false
    }
  }, [account])

  if (!account) return <Loading />
  if ('trouble' in account) {
    return (
      <AccountPage title="My account" lead="Your profile, and how you want to be notified.">
        <Notice {...account.trouble} />
        <Button onClick={() => setAccount(undefined)}>Try again</Button>
      </AccountPage>
    )
  }
  const { user, profile, preferences } = account
  return (
    <AccountPage
      title="My account"
      lead={
        <>
          You are logged in as <strong className="address">{user.email}</strong>.
        </>
      }
    >
      <ProfileCard user={user} initial={profile} />
      <PreferencesCard user={user} initial={preferences} />
    </AccountPage>
  )
}
