import { consume } from '../../infra/runtime/consume.ts'
import { consumer } from './consumer.ts'
import { notify } from './notify.ts'

export const handler = consume(consumer, {
  // The event says itself what the record will say in a moment.
  PreferencesChanged: async ({ data: { userId, ...preferences } }) => {
    await notify(
      { userId, preferences },
      {
        subject: 'Your notifications',
        text: 'You will be notified here from now on. If you did not ask for that, log in and change it.',
      },
    )
  },
})
