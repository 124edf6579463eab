import { consume } from '../../infra/runtime/consume.ts'
import { variable } from '../../infra/runtime/environment.ts'
import { html } from '../../infra/runtime/html.ts'
import { sendMail } from '../../infra/runtime/mail.ts'
import { consumer } from './consumer.ts'

export const handler = consume(consumer, {
  // By SES and not through the topic: at this moment nobody has confirmed a subscription yet.
  UserConfirmed: async ({ data: { email, name, givenName } }) => {
    const hello = `Hello ${givenName ?? name ?? 'and welcome'},`
    const link = `${variable('SITE_URL')}/account.html`
    await sendMail({
      to: email,
      subject: 'Account Created',
      text: `${hello}

your account is ready. Your profile, and how you want to be notified, are here:

${link}
`,
      html: html`<p>${hello}</p>
<p>your account is ready. <a href="${link}">Your profile, and how you want to be notified, are here.</a></p>
`,
    })
  },
})
