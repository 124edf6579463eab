import { consume } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { html } from '../../infra/runtime/html.ts'
import { sendMail } from '../../infra/runtime/mail.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
  RegistrationConfirmed: ({ data: { name, email, confirmedAt } }) =>
    sendMail({
      to: variable('OWNER_EMAIL'),
      subject: `New registration: ${name}`,
      text: `${name} <${email}> confirmed the registration at ${confirmedAt}.\n`,
      html: html`<p>${name} &lt;${email}&gt; confirmed the registration at ${confirmedAt}.</p>\n`,
    }),
})
