import { type FocusEvent, useId } from 'react'
import { type Article, CURRENCY } from '../../../../schemas/catalogue.ts'
import { money } from '../../orders/words.ts'
import { MinusIcon, PlusIcon } from '../icons.tsx'

interface Props {
  readonly article: Article
  /** How many, as it is typed. */
  readonly typed: string
  readonly onType: (typed: string) => void
  readonly input: {
    readonly name: string
    readonly readOnly: boolean
    readonly error: string | undefined
    readonly onBlur: (event: FocusEvent) => void
  }
}

/** An article, and how many of it. */
export function ArticleRow({ article: { title, price, stock }, typed, onType, input }: Props) {
  const errorId = useId()
  const { name, readOnly, error, onBlur } = input
  const qty = Math.floor(Number(typed)) || 0
  const isWrong = error !== undefined

  const step = (by: number) => {
    if (!readOnly && qty + by >= 0) onType(String(qty + by))
  }

  return (
    <li className="article">
      <div>
        <strong>{title}</strong>
        <p>{money(price, CURRENCY)}</p>
        {stock === 0 && <p className="sold-out">Sold out for now: an order of it fails.</p>}
      </div>
      <div className="stepper" data-is-wrong={isWrong || undefined}>
        <button type="button" aria-label={`One ${title} less`} aria-disabled={qty <= 0} onClick={() => step(-1)}>
          <MinusIcon />
        </button>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          name={name}
          value={typed}
          readOnly={readOnly}
          aria-label={`How many: ${title}`}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? errorId : undefined}
          onChange={({ target }) => onType(target.value)}
          onFocus={({ target }) => target.select()}
          onBlur={onBlur}
        />
        <button type="button" aria-label={`One ${title} more`} onClick={() => step(1)}>
          <PlusIcon />
        </button>
      </div>
      {isWrong && (
        <p id={errorId} className="wrong">
          {error}
        </p>
      )}
    </li>
  )
}
