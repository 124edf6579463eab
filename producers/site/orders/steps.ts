import type { State, Step } from './progress.ts'

interface Words {
  readonly name: string
  /** While it goes on. */
  readonly doing?: string
  readonly texts: Readonly<Partial<Record<State, string>>>
}

/** What each step is called, and what has come of it. */
export const STEPS: Readonly<Record<Step, Words>> = {
  placed: { name: 'Placed', texts: { done: 'We have your order.' } },
  checked: {
    name: 'Checked',
    doing: 'Checking',
    texts: {
      current: 'Is all of it for sale, at the price you saw?',
      done: 'All of it is for sale, at the price you saw.',
      stopped: 'It cannot be ordered like this.',
    },
  },
  reserved: {
    name: 'Reserved',
    doing: 'Reserving',
    texts: {
      current: 'We set everything aside for you, or nothing.',
      done: 'Everything is set aside for you.',
      stopped: 'It could not be set aside for you.',
    },
  },
  paid: {
    name: 'Paid',
    doing: 'Paying',
    texts: {
      current: 'We charge your card; if nobody answers, once more.',
      done: 'Your card is charged.',
      stopped: 'Your card could not be charged.',
    },
  },
  confirmed: {
    name: 'Confirmed',
    doing: 'Confirming',
    texts: {
      current: 'We write down that everything is settled.',
      done: 'Everything is settled. We have sent you a notice.',
      stopped: 'It could not be settled.',
    },
  },
  refunded: { name: 'Refunded', texts: { done: 'You have your money back.', idle: 'You pay nothing.' } },
  released: {
    name: 'Released',
    texts: { done: 'What was set aside for you is for sale again.', idle: 'Nothing stays set aside.' },
  },
  failed: { name: 'Failed', texts: { stopped: 'The order has come to nothing.' } },
  expired: { name: 'Expired', texts: { stopped: 'The order was given up.' } },
}

/** What a step is called, going by what has come of it. */
export function stepName(step: Step, state: State | undefined): string {
  const { name, doing } = STEPS[step]
  if (!doing) return name
  if (state === 'current') return `${doing}…`
  return state === 'stopped' ? `Not ${name.toLowerCase()}` : name
}
