import * as z from 'zod'
import { LoginForm, login } from '../../../schemas/accounts.ts'
import { rememberAddress } from '../account/address.ts'
import { useLeaveWhenLoggedIn } from '../account/use-leave.ts'
import { session } from '../account/use-session.ts'
import { call } from '../api/call.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { AccountEmailInput } from './email-input.tsx'
import { Form } from './form.tsx'
import { PasswordInput } from './password-input.tsx'
import { useSearch } from './use-browser.ts'

const LoggedIn = z.object({ refreshToken: z.string().min(1) })

const WRONG: Failure = { errors: { password: 'The e-mail address or the password is wrong' } }
const NOT_KEPT: Failure = {
  trouble: {
    title: 'Your browser keeps nothing for this site',
    text: 'Allow it to store site data (some browsers say cookies), or each page would ask for your password.',
  },
}

async function send(form: z.output<typeof LoginForm>): Promise<Failure | undefined> {
  const answer = await call(login, { body: form })
  if (answer.status === 401) return WRONG
  if (answer.status === 403) {
    rememberAddress(form.email)
    window.location.assign(`/confirm-signup.html${window.location.search}`)
    return undefined
  }
  const { data } = LoggedIn.safeParse(answer.body)
  if (answer.status !== 200 || !data) return failureOf(answer, Object.keys(form))
  // The other tokens would be lost with this page, which is left now.
  return session.open(data.refreshToken) ? undefined : NOT_KEPT
}

/** /login.html; `?next=` says where to go then. */
export function Login() {
  useLeaveWhenLoggedIn()
  const search = useSearch() ?? ''
  return (
    <AccountPage
      title="Log in"
      lead="With the address and the password of your account."
      aside={
        <>
          <p>
            You have no account yet? <a href={`/signup.html${search}`}>Sign up</a>
          </p>
          <p>
            You forgot your password? <a href={`/forgot-password.html${search}`}>Set a new one</a>
          </p>
        </>
      }
    >
      <Form schema={LoginForm} label="Log in" submit="Log in" busy="Logging in…" className="card" send={send}>
        {(field) => (
          <>
            <AccountEmailInput {...field('email')} />
            <PasswordInput autoComplete="current-password" {...field('password')} />
          </>
        )}
      </Form>
    </AccountPage>
  )
}
