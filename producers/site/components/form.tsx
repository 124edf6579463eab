import { Button, Loader } from '@mantine/core'
import { type FocusEvent, type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type * as z from 'zod'
import { type Attempt, attemptWith } from '../api/attempt.ts'
import type { Failure, Trouble } from '../api/failure.ts'
import { type FieldErrors, fieldErrorsIn } from '../api/field-errors.ts'
import { Notice } from './notice.tsx'
import { useIsHydrated } from './use-browser.ts'

interface Props<Schema extends z.ZodType> {
  readonly schema: Schema
  readonly label: string
  /** What the button says, and what it says while it works. */
  readonly submit: string
  readonly busy: string
  /** Answers what went wrong, if anything did. What is sent again unchanged is sent under the same key. */
  readonly send: (form: z.output<Schema>, idempotencyKey: string) => Promise<Failure | undefined>
  /** Where the form is posted without JavaScript. A form that has none waits for it. */
  readonly action?: string
  readonly className?: string
  readonly children: (field: FieldOf<Schema>) => ReactNode
  /** Beside the button, or under it. */
  readonly aside?: ReactNode
}

/** What an input is given, by its name. Not all are text inputs: a group of choices takes but the name. */
type FieldOf<Schema extends z.ZodType> = (name: keyof z.output<Schema> & string) => {
  readonly name: string
  readonly readOnly: boolean
  readonly withAsterisk: false
  readonly error: string | undefined
  readonly onChange: () => void
  readonly onBlur: (event: FocusEvent) => void
}

/** What is left empty is not there. */
const valuesOf = (form: HTMLFormElement) =>
  Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''))

/**
 * A form that is checked here first, by the schema that the server asks too, and sent without leaving the page. The inputs
 * keep their own values, so what was typed or filled in before this script ran counts too.
 */
export function Form<Schema extends z.ZodType>(props: Props<Schema>) {
  const { schema, label, submit, busy, send, action, className = '', children, aside } = props
  const element = useRef<HTMLFormElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const attempt = useRef<Attempt>(undefined)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [trouble, setTrouble] = useState<Trouble>()
  const [isSending, setIsSending] = useState(false)
  // With links it says what to do instead.
  const canRetry = trouble !== undefined && !trouble.links
  const isReady = useIsHydrated() || action !== undefined

  useEffect(() => {
    // From here on the schema complains, not the browser.
    if (element.current) element.current.noValidate = true
  }, [])

  /** Shown before the focus moves, so that a screen reader reads the complaint with the field. */
  const complain = ({ errors = {}, trouble }: Failure) => {
    flushSync(() => {
      setErrors(errors)
      setTrouble(trouble)
    })
    const inputs = [...(element.current?.elements ?? [])].filter(
      (input) => input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement,
    )
    const first = inputs.find(({ name }) => errors[name])
    if (first) first.focus()
    else button.current?.focus()
  }

  const onSubmit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isSending) return
    const values = valuesOf(event.currentTarget)
    const { data: form, success } = schema.safeParse(values)
    if (!success) return complain({ errors: fieldErrorsIn(schema, values) })

    attempt.current = attemptWith(form, attempt.current)
    setErrors({})
    setTrouble(undefined)
    setIsSending(true)
    const failure = await send(form, attempt.current.idempotencyKey)
    flushSync(() => setIsSending(false))
    if (failure) return complain(failure)
    attempt.current = undefined
  }

  const field: FieldOf<Schema> = (name) => ({
    name,
    withAsterisk: false,
    readOnly: isSending,
    error: errors[name],
    onChange: () => setErrors((errors) => ({ ...errors, [name]: undefined })),
    onBlur: ({ relatedTarget }) => {
      // On the way to a button nothing may move under the pointer; submitting complains anyway.
      if (!element.current || relatedTarget instanceof HTMLButtonElement) return
      const complaint = fieldErrorsIn(schema, valuesOf(element.current))[name]
      setErrors((errors) => ({ ...errors, [name]: complaint }))
    },
  })

  return (
    <form
      ref={element}
      className={`form ${className}`}
      method="post"
      action={action}
      aria-label={label}
      aria-busy={isSending}
      onSubmit={onSubmit}
    >
      {children(field)}
      {trouble && <Notice {...trouble} isInput={canRetry} />}
      <div className="actions">
        {/* Not `disabled` while it sends: that would take the focus away. */}
        <Button
          ref={button}
          type="submit"
          disabled={!isReady}
          aria-disabled={!isReady || isSending}
          leftSection={isSending && <Loader size="xs" color="var(--on-accent)" aria-hidden />}
        >
          {isSending ? busy : canRetry ? 'Try again' : submit}
        </Button>
        {aside}
      </div>
      <p className="visually-hidden" role="status">
        {isSending && busy}
      </p>
    </form>
  )
}
