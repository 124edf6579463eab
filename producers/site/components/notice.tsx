import type { Trouble } from '../api/failure.ts'
import { WarningIcon } from './icons.tsx'

/** Something went wrong that is nobody's typing error. Read out as soon as it appears. `isInput`: something was typed. */
export const Notice = ({ title, text, links = [], isInput = false }: Trouble & { readonly isInput?: boolean }) => (
  <div className="notice" role="alert">
    <WarningIcon />
    <div>
      <strong>{title}</strong>
      <p>
        {text}
        {isInput && ' What you typed is still here.'}
      </p>
      {links.map(({ href, text }) => (
        <a key={href} href={href}>
          {text}
        </a>
      ))}
    </div>
  </div>
)
