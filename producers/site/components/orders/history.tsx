import type { ReactNode } from 'react'
import type { Passed, State } from '../../orders/progress.ts'
import { STEPS, stepName } from '../../orders/steps.ts'
import { timeOfDay } from '../../orders/words.ts'
import { CheckIcon, CrossIcon, MinusIcon } from '../icons.tsx'

const SIGNS: Readonly<Partial<Record<State, ReactNode>>> = {
  done: <CheckIcon />,
  stopped: <CrossIcon />,
  idle: <MinusIcon />,
}

/** What has become of an order, step by step: the picture in words. */
export const History = ({ path }: { readonly path: readonly Passed[] }) => (
  <section className="journey" aria-labelledby="history-title">
    <h2 id="history-title">Step by step</h2>
    <ol>
      {path.map(({ step, state, at }, index) => (
        <li key={step} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
          <span className="note">{SIGNS[state] ?? index + 1}</span>
          <h3>{stepName(step, state)}</h3>
          <p>{STEPS[step].texts[state]}</p>
          {at && (
            <time className="aside" dateTime={at}>
              {timeOfDay(at)}
            </time>
          )}
        </li>
      ))}
    </ol>
  </section>
)
