import { useState } from 'react'
import { type RegistrationForm, register } from '../../../schemas/registrations.ts'
import { Heading } from './heading.tsx'
import { Journey } from './journey.tsx'
import { RegisterForm } from './register-form.tsx'
import { Waiting } from './waiting.tsx'

interface Sent {
  readonly form: RegistrationForm
  readonly registrationId: string
}

/** The start page: the form, and what follows once it is sent. */
export function Home() {
  const [sent, setSent] = useState<Sent>()
  const [previous, setPrevious] = useState<RegistrationForm>()

  if (sent) {
    const registerAgain = () => {
      setPrevious(sent.form)
      setSent(undefined)
    }
    return <Waiting email={sent.form.email} registrationId={sent.registrationId} onRegisterAgain={registerAgain} />
  }
  return (
    <div className="split split-form">
      <div className="intro">
        <Heading isNews={previous !== undefined}>Register with your e-mail address</Heading>
        <p className="lead">We send you one mail. Open the link in it, and you are registered.</p>
      </div>
      <RegisterForm initial={previous} onAccepted={(form, registrationId) => setSent({ form, registrationId })} />
      <Journey done={0} />
      <About />
    </div>
  )
}

const About = () => (
  <section className="about" aria-labelledby="about-title">
    <h2 id="about-title">What is this?</h2>
    <p>
      The start page of a product built on Ensemble, a backend in which every step is an event. This is its first part:
      registration with a verified address. The next parts join in by listening.
    </p>
    <p>
      Accounts, with a profile and notifications, are the second: <a href="/signup.html">sign up</a> or{' '}
      <a href="/login.html">log in</a>. With one you can go to <a href="/meetups.html">meetups</a>, and{' '}
      <a href="/order.html">order</a> something.
    </p>
    <p>
      A page of your own can take the place of this one: post <code>name</code> and <code>email</code> to{' '}
      <code>{register.path}</code>. <a href="/docs/">The documentation</a> has the rest: the API, the events, and who
      takes them.
    </p>
  </section>
)
