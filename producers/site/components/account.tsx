import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type Account as Loaded, loadAccount } from '../account/load.ts'
import type { Trouble } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { Loading } from './loading.tsx'
import { LoggedIn } from './logged-in.tsx'
import { Notice } from './notice.tsx'
import { PreferencesCard } from './preferences-card.tsx'
import { ProfileCard } from './profile-card.tsx'

/** /account.html, for whoever is logged in. */
export const Account = () => (
  <LoggedIn loading={<LoadingAccount />}>
    <Open />
  </LoggedIn>
)

const LoadingAccount = () => (
  <AccountPage title="My account" lead="Your profile, and how you want to be notified.">
    <Loading>Loading your account…</Loading>
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

  if (!account) return <LoadingAccount />
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
