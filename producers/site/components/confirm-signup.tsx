import { Button } from '@mantine/core'
import { useState } from 'react'
import type * as z from 'zod'
import { ConfirmSignUpForm, confirmSignUp, resendCode } from '../../../schemas/accounts.ts'
import { rememberAddress } from '../account/address.ts'
import { call } from '../api/call.ts'
import { type Failure, failureOf } from '../api/failure.ts'
import { AccountPage } from './account-page.tsx'
import { CodeInput } from './code-input.tsx'
import { AccountEmailInput } from './email-input.tsx'
import { Form } from './form.tsx'
import { CheckIcon } from './icons.tsx'
import { ResendCode } from './resend-code.tsx'
import { Result } from './result.tsx'
import { useSearch } from './use-browser.ts'

/** /confirm-signup.html: the code in the mail shows whose the address is. */
export function ConfirmSignUp() {
  const search = useSearch() ?? ''
  const [isConfirmed, setIsConfirmed] = useState(false)

  const send = async (
    form: z.output<typeof ConfirmSignUpForm>,
    idempotencyKey: string,
  ): Promise<Failure | undefined> => {
    const answer = await call(confirmSignUp, { body: form, idempotencyKey })
    if (answer.status !== 200) return failureOf(answer, Object.keys(form))
    rememberAddress(form.email)
    setIsConfirmed(true)
  }

  if (isConfirmed) {
    return (
      <Result icon={<CheckIcon />} tone="good" title="Your account is ready" isNews>
        <p className="lead">The address is yours. All that is left is to log in.</p>
        <Button component="a" href={`/login.html${search}`}>
          Log in
        </Button>
      </Result>
    )
  }
  return (
    <AccountPage
      title="Confirm your address"
      lead="Before you can log in, enter the code of six digits that we have sent to your address."
      aside={
        <p>
          It is confirmed? <a href={`/login.html${search}`}>Log in</a>
        </p>
      }
    >
      <Form
        schema={ConfirmSignUpForm}
        label="Confirm your address"
        submit="Confirm"
        busy="Confirming…"
        className="card"
        send={send}
        aside={<ResendCode route={resendCode} />}
      >
        {(field) => (
          <>
            <AccountEmailInput {...field('email')} />
            <CodeInput {...field('code')} />
          </>
        )}
      </Form>
    </AccountPage>
  )
}
