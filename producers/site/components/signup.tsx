import { TextInput } from '@mantine/core'
import type * as z from 'zod'
import { SignUpForm, signUp } from '../../../schemas/accounts.ts'
import { PASSWORD_RULE } from '../../../schemas/fields.ts'
import { rememberAddress } from '../account/address.ts'
import { useLeaveWhenLoggedIn } from '../account/use-leave.ts'
import { call } from '../api/call.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { EmailInput } from './email-input.tsx'
import { Form } from './form.tsx'
import { PasswordInput } from './password-input.tsx'
import { useSearch } from './use-browser.ts'

const EXISTS: Failure = {
  errors: { email: 'This address has an account already' },
  trouble: {
    title: 'Is it yours?',
    text: 'Then log in, or enter the code from our mail if you have not yet.',
    links: [
      { href: '/login.html', text: 'Log in' },
      { href: '/confirm-signup.html', text: 'Enter the code' },
    ],
  },
}

async function send(form: z.output<typeof SignUpForm>, idempotencyKey: string): Promise<Failure | undefined> {
  const answer = await call(signUp, { body: form, idempotencyKey })
  if (answer.status === 201 || answer.status === 409) rememberAddress(form.email)
  if (answer.status === 409) return EXISTS
  if (answer.status !== 201) return failureOf(answer, Object.keys(form))
  window.location.assign(`/confirm-signup.html${window.location.search}`)
}

/** /signup.html */
export function SignUp() {
  useLeaveWhenLoggedIn()
  const search = useSearch() ?? ''
  return (
    <AccountPage
      title="Sign up"
      lead="An account keeps your profile, and how you want to be notified."
      aside={
        <p>
          You have an account? <a href={`/login.html${search}`}>Log in</a>
        </p>
      }
    >
      <Form schema={SignUpForm} label="Sign up" submit="Sign up" busy="Signing up…" className="card" send={send}>
        {(field) => (
          <>
            <TextInput label="Name" autoComplete="name" required {...field('name')} />
            <div className="pair">
              <TextInput label="First name (optional)" autoComplete="given-name" {...field('givenName')} />
              <TextInput label="Last name (optional)" autoComplete="family-name" {...field('familyName')} />
            </div>
            <EmailInput description="We send a code to it, to be sure that it is yours." {...field('email')} />
            <PasswordInput autoComplete="new-password" description={`${PASSWORD_RULE}.`} {...field('password')} />
          </>
        )}
      </Form>
    </AccountPage>
  )
}
