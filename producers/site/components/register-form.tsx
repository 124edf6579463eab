import { TextInput } from '@mantine/core'
import { RegistrationForm, register } from '../../../schemas/registrations.ts'
import { send } from '../registration/send.ts'
import { EmailInput } from './email-input.tsx'
import { Form } from './form.tsx'

interface Props {
  readonly initial?: RegistrationForm | undefined
  readonly onAccepted: (form: RegistrationForm, registrationId: string) => void
}

/** A plain HTML form, which the API takes as it is. */
export function RegisterForm({ initial, onAccepted }: Props) {
  const sendForm = async (form: RegistrationForm, idempotencyKey: string) => {
    const outcome = await send(form, idempotencyKey)
    if (!('registrationId' in outcome)) return outcome
    onAccepted(form, outcome.registrationId)
    return undefined
  }
  return (
    <Form
      schema={RegistrationForm}
      label="Register"
      submit="Register"
      busy="Registering…"
      className="card register"
      action={register.path}
      send={sendForm}
    >
      {(field) => (
        <>
          <TextInput label="Name" autoComplete="name" required defaultValue={initial?.name} {...field('name')} />
          <EmailInput required defaultValue={initial?.email} {...field('email')} />
        </>
      )}
    </Form>
  )
}
