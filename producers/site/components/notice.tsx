import type { Trouble } from '../registration/send.ts'
import { WarningIcon } from './icons.tsx'

/** Something went wrong that is nobody's typing error. Read out as soon as it appears. */
export const Notice = ({ title, text }: Trouble) => (
  <div className="notice" role="alert">
    <WarningIcon />
    <div>
      <strong>{title}</strong>
      <p>{text}</p>
    </div>
  </div>
)
