import { EmailVerified, RegistrationConfirmed, RegistrationRequested } from '../../../schemas/registrations.ts'
import { CheckIcon } from './icons.tsx'

const STEPS = [
  {
    title: 'You send the form',
    text: 'We check it and send a mail to your address.',
    event: RegistrationRequested,
  },
  { title: 'You open the link', text: 'That shows the address is really yours.', event: EmailVerified },
  {
    title: 'You are registered',
    text: 'Whoever runs this site is told.',
    event: RegistrationConfirmed,
  },
]

/** The way to a registration. `done`: how many of the steps are behind us, 0 to 3. */
export function Journey({ done }: { readonly done: 0 | 1 | 2 | 3 }) {
  return (
    <section className="journey" aria-labelledby="journey-title">
      <h2 id="journey-title">{done === 3 ? 'What happened' : 'What happens next'}</h2>
      <ol>
        {STEPS.map(({ title, text, event }, index) => {
          const state = index < done ? 'done' : index === done && done > 0 ? 'current' : 'ahead'
          return (
            <li key={event.name} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
              <span className="note">{state === 'done' ? <CheckIcon /> : index + 1}</span>
              <h3>
                {title}
                {state === 'done' && <span className="visually-hidden"> (done)</span>}
              </h3>
              <p>{text}</p>
              <code>{event.name}</code>
            </li>
          )
        })}
      </ol>
      <p className="aside">In small type: the event that tells the rest of the product.</p>
    </section>
  )
}
