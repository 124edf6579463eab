import { type MouseEvent, useState } from 'react'
import type { forgotPassword, resendCode } from '../../../schemas/accounts.ts'
import { call } from '../api/call.ts'
import { troubleOf } from '../api/failure.ts'

interface Props {
  /** What sends a code of this kind. */
  readonly route: typeof resendCode | typeof forgotPassword
}

/** Asks for another code, for the address in the form that it is in. */
export function ResendCode({ route }: Props) {
  const [isSending, setIsSending] = useState(false)
  const [outcome, setOutcome] = useState('')

  const resend = async ({ currentTarget: { form } }: MouseEvent<HTMLButtonElement>) => {
    if (isSending || !form) return
    const { data: body } = route.body.safeParse(Object.fromEntries(new FormData(form)))
    if (!body) return setOutcome('Enter your e-mail address first, in full.')
    setOutcome('')
    setIsSending(true)
    const answer = await call(route, { body })
    setIsSending(false)
    if (answer.status === 200) {
      setOutcome('If this address waits for a code, a new one is on its way. From now on only that one counts.')
      return
    }
    const { title, text } = troubleOf(answer)
    setOutcome(`${title}. ${text}`)
  }

  return (
    <div className="resend">
      <p>
        Nothing there? Give it a minute, and look in the spam folder.{' '}
        <button type="button" aria-disabled={isSending} onClick={resend}>
          {isSending ? 'Sending…' : 'Send another code'}
        </button>
      </p>
      <p role="status">{outcome}</p>
    </div>
  )
}
