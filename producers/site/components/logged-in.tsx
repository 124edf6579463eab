import { Button } from '@mantine/core'
import { Fragment, type ReactNode, useEffect } from 'react'
import { loginFor } from '../account/next-page.ts'
import { useSession } from '../account/use-session.ts'
import { UserIcon } from './icons.tsx'
import { Result } from './result.tsx'

interface Props {
  /** Shown until it is known who looks. */
  readonly loading: ReactNode
  readonly children: ReactNode
}

/** The login that leads back to this page, as its address is now. */
const loginForHere = () => {
  const { pathname, search, hash } = window.location
  return loginFor(pathname + search + hash)
}

/** What is for whoever is logged in; anybody else is led to the login and back. */
export function LoggedIn({ loading, children }: Props) {
  const session = useSession()
  const isStranger = session?.state === 'closed' && session.id === 0
  useEffect(() => {
    if (isStranger) window.location.replace(loginForHere())
  }, [isStranger])

  if (session === undefined || isStranger) return loading
  // Another login is another account: nothing of the last one may stay.
  if (session.state === 'open') return <Fragment key={session.id}>{children}</Fragment>
  const isEnded = session.state === 'ended'
  return (
    <Result icon={<UserIcon />} tone="neutral" title={isEnded ? 'Your login has ended' : 'You are logged out'} isNews>
      <p className="lead">
        {isEnded
          ? 'It does not last for ever, so that a forgotten browser does not stay yours. Please log in again.'
          : 'This browser has forgotten your login.'}
      </p>
      <Button component="a" href={loginForHere()}>
        Log in again
      </Button>
    </Result>
  )
}
