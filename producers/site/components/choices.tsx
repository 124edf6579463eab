import type { ReactNode } from 'react'

interface Props<Value extends string> {
  readonly name: string
  readonly legend: string
  readonly choices: readonly { readonly value: Value; readonly title: string; readonly text: ReactNode }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** One of a few, each with a word about it. */
export const Choices = <Value extends string>({ name, legend, choices, value, onChange }: Props<Value>) => (
  <fieldset className="choices">
    <legend>{legend}</legend>
    {choices.map((choice) => (
      <label key={choice.value}>
        <input
          type="radio"
          name={name}
          value={choice.value}
          checked={choice.value === value}
          onChange={() => onChange(choice.value)}
        />
        <span>
          <strong>{choice.title}</strong> {choice.text}
        </span>
      </label>
    ))}
  </fieldset>
)
