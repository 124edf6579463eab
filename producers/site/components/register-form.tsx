import { Button, Loader, TextInput } from '@mantine/core'
import { type FocusEvent, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { RegistrationForm, register } from '../../../schemas/registrations.ts'
import { type Attempt, attemptWith } from '../registration/attempt.ts'
import { FIELDS, type FieldErrors, fieldErrorsIn } from '../registration/field-errors.ts'
import { send, type Trouble } from '../registration/send.ts'
import { Notice } from './notice.tsx'

interface Props {
  readonly initial?: RegistrationForm | undefined
  readonly onAccepted: (form: RegistrationForm, registrationId: string) => void
}

type Field = keyof RegistrationForm
const valuesOf = (form: HTMLFormElement) => Object.fromEntries(new FormData(form))

/**
 * A plain HTML form, which the API takes as it is. With JavaScript it is checked here first and sent without leaving the page.
 * The inputs keep their own values, so what was typed or filled in before this script ran counts too.
 */
export function RegisterForm({ initial, onAccepted }: Props) {
  const element = useRef<HTMLFormElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const attempt = useRef<Attempt>(undefined)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [trouble, setTrouble] = useState<Trouble>()
  const [isSending, setIsSending] = useState(false)

  useEffect(() => {
    // From here on the schema complains, not the browser.
    if (element.current) element.current.noValidate = true
  }, [])

  /** Shown before the focus moves, so that a screen reader reads the complaint with the field. */
  const complain = (errors: FieldErrors) => {
    flushSync(() => setErrors(errors))
    const first = FIELDS.find((field) => errors[field])
    element.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
  }

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isSending) return
    const { data: form } = RegistrationForm.safeParse(valuesOf(event.currentTarget))
    if (!form) return complain(fieldErrorsIn(valuesOf(event.currentTarget)))

    const current = attemptWith(form, attempt.current)
    attempt.current = current
    setErrors({})
    setTrouble(undefined)
    setIsSending(true)
    const outcome = await send(current)
    if (outcome.kind === 'accepted') return onAccepted(form, outcome.registrationId)
    flushSync(() => setIsSending(false))
    if (outcome.kind === 'invalid') return complain(outcome.errors)
    flushSync(() => setTrouble(outcome.trouble))
    button.current?.focus()
  }

  const inputOf = (field: Field) => ({
    name: field,
    defaultValue: initial?.[field],
    required: true,
    withAsterisk: false,
    readOnly: isSending,
    error: errors[field],
    onChange: () => setErrors((errors) => ({ ...errors, [field]: undefined })),
    onBlur: ({ relatedTarget }: FocusEvent) => {
      // On the way to the button nothing may move under the pointer; submitting complains anyway.
      if (!element.current || relatedTarget === button.current) return
      const complaint = fieldErrorsIn(valuesOf(element.current))[field]
      setErrors((errors) => ({ ...errors, [field]: complaint }))
    },
  })

  return (
    <form
      ref={element}
      className="card register"
      method="post"
      action={register.path}
      aria-label="Register"
      aria-busy={isSending}
      onSubmit={submit}
    >
      <TextInput label="Name" autoComplete="name" {...inputOf('name')} />
      <TextInput
        label="E-mail address"
        type="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        {...inputOf('email')}
      />
      {trouble && <Notice {...trouble} />}
      {/* Not `disabled` while it sends: that would take the focus away. */}
      <Button
        ref={button}
        type="submit"
        fullWidth
        aria-disabled={isSending}
        leftSection={isSending && <Loader size="xs" color="var(--on-accent)" aria-hidden />}
      >
        {isSending ? 'Registering…' : trouble ? 'Try again' : 'Register'}
      </Button>
      <p className="visually-hidden" role="status">
        {isSending && 'Registering…'}
      </p>
    </form>
  )
}
