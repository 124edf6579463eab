import { consume } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { html } from '../../infra/runtime/html.ts'
import { linkKey } from '../../infra/runtime/link-key.ts'
import { sendMail } from '../../infra/runtime/mail.ts'
import { sign } from '../../infra/runtime/verification-link.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
  RegistrationRequested: async ({ data: { registrationId, name, email, expiresAt } }) => {
    const token = sign({ registrationId, expiresAt }, await linkKey())
    const link = `${variable('SITE_URL')}/api/confirm?token=${token}`
    const until = new Date(expiresAt * 1000).toUTCString()
    await sendMail({
      to: email,
      subject: 'Please verify your email address',
      text: `Hello ${name},

please open this link to verify your email address:

${link}

The link expires on ${until}. If you did not register, ignore this mail.
`,
      html: html`<p>Hello ${name},</p>
<p>please verify your email address:</p>
<p><a href="${link}">Verify My Email</a></p>
<p>The link expires on ${until}. If you did not register, ignore this mail.</p>
`,
    })
  },
})
