import { Button } from '@mantine/core'
import { useState } from 'react'
import type * as z from 'zod'
import { ForgotPasswordForm, forgotPassword, ResetPasswordForm, resetPassword } from '../../../schemas/accounts.ts'
import { PASSWORD_RULE } from '../../../schemas/fields.ts'
import { rememberAddress } from '../account/address.ts'
import { call } from '../api/call.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { CodeInput } from './code-input.tsx'
import { AccountEmailInput } from './email-input.tsx'
import { Form } from './form.tsx'
import { CheckIcon } from './icons.tsx'
import { PasswordInput } from './password-input.tsx'
import { ResendCode } from './resend-code.tsx'
import { Result } from './result.tsx'
import { useSearch } from './use-browser.ts'

/** /forgot-password.html: first the address, then the code that is mailed to it and a new password. */
export function ForgotPassword() {
  const search = useSearch() ?? ''
  const [step, setStep] = useState<'ask' | 'reset' | 'done'>('ask')
  const login = `/login.html${search}`

  const ask = async (form: z.output<typeof ForgotPasswordForm>, idempotencyKey: string) => {
    const answer = await call(forgotPassword, { body: form, idempotencyKey })
    if (answer.status !== 200) return failureOf(answer, Object.keys(form))
    rememberAddress(form.email)
    setStep('reset')
  }
  const reset = async (form: z.output<typeof ResetPasswordForm>): Promise<Failure | undefined> => {
    const answer = await call(resetPassword, { body: form })
    if (answer.status !== 200) return failureOf(answer, Object.keys(form))
    rememberAddress(form.email)
    setStep('done')
  }

  if (step === 'done') {
    return (
      <Result icon={<CheckIcon />} tone="good" title="Your password is changed" isNews>
        <p className="lead">From now on the new one counts.</p>
        <Button component="a" href={login}>
          Log in
        </Button>
      </Result>
    )
  }
  const aside = (
    <p>
      It came back to you? <a href={login}>Log in</a>
    </p>
  )
  if (step === 'ask') {
    return (
      <AccountPage
        title="Set a new password"
        lead="We mail a code to the address of your account. With it you choose another password."
        aside={aside}
      >
        <Form
          schema={ForgotPasswordForm}
          label="Ask for a code"
          submit="Send a code"
          busy="Sending…"
          className="card"
          send={ask}
          aside={
            <button type="button" className="textual" onClick={() => setStep('reset')}>
              I have a code
            </button>
          }
        >
          {(field) => <AccountEmailInput {...field('email')} />}
        </Form>
      </AccountPage>
    )
  }
  return (
    <AccountPage
      isNews
      title="Choose another password"
      lead="If the address has an account, a code of six digits is on its way to it."
      aside={aside}
    >
      <Form
        schema={ResetPasswordForm}
        label="Choose another password"
        submit="Change password"
        busy="Changing…"
        className="card"
        send={reset}
        aside={<ResendCode route={forgotPassword} />}
      >
        {(field) => (
          <>
            <AccountEmailInput {...field('email')} />
            <CodeInput {...field('code')} />
            <PasswordInput
              label="New password"
              autoComplete="new-password"
              description={`${PASSWORD_RULE}.`}
              {...field('password')}
            />
          </>
        )}
      </Form>
    </AccountPage>
  )
}
