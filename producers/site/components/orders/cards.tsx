import type { PaymentMethod } from '../../orders/place.ts'

const CARDS: readonly { readonly method: PaymentMethod; readonly title: string; readonly text: string }[] = [
  { method: 'card_ok', title: 'A card that works', text: 'It is charged at once.' },
  {
    method: 'card_declined',
    title: 'A card that is declined',
    text: 'The order fails, and what was set aside for it is for sale again.',
  },
  {
    method: 'card_flaky',
    title: 'A card on a bad line',
    text: 'It fails twice and then works, which takes some seconds.',
  },
]

interface Props {
  readonly chosen: PaymentMethod
  readonly onChoose: (method: PaymentMethod) => void
}

/** How to pay: the cards of the sandbox. */
export const Cards = ({ chosen, onChoose }: Props) => (
  <fieldset className="choices">
    <legend>How do you want to pay?</legend>
    {CARDS.map(({ method, title, text }) => (
      <label key={method}>
        <input
          type="radio"
          name="paymentMethod"
          value={method}
          checked={chosen === method}
          onChange={() => onChoose(method)}
        />
        <span>
          <strong>{title}</strong> {text}
        </span>
      </label>
    ))}
    <p className="aside">These are the cards of a sandbox: no money moves.</p>
  </fieldset>
)
