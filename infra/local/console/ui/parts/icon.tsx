import type { ReactNode } from 'react'

const SHAPES = {
  check: <path d="m3 8.5 3.2 3.2L13 5" />,
  twice: (
    <>
      <path d="M5.5 5.5V3.2h7.3v7.3h-2.3" />
      <path d="M3.2 5.5h7.3v7.3H3.2z" />
    </>
  ),
  again: (
    <>
      <path d="M13 8a5 5 0 1 1-1.6-3.7L13 5.7" />
      <path d="M13 2.5v3.2H9.8" />
    </>
  ),
  dead: <path d="m4 4 8 8m0-8-8 8" />,
  waiting: (
    <>
      <circle cx="8" cy="8" r="5.2" />
      <path d="M8 5v3.2l2 1.3" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="m10 10 3.5 3.5" />
    </>
  ),
  close: <path d="m4 4 8 8m0-8-8 8" />,
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
  forward: <path d="M6.5 3.5 11 8l-4.5 4.5" />,
  up: <path d="M8 13V3.5M4 7l4-4 4 4" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5" />
      <path d="M10.5 3H4.5A1.5 1.5 0 0 0 3 4.5v6" />
    </>
  ),
  link: (
    <path d="M6.5 9.5 9.5 6.5M7 4.5l1.3-1.3a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.3 1.3a3 3 0 0 1-4.3-4.3l1.3-1.3" />
  ),
  outside: <path d="M9 3h4v4m0-4L7.5 8.5M11 9.5V13H3V5h3.5" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.6m0 9.8v1.6M1.5 8h1.6m9.8 0h1.6M3.4 3.4l1.1 1.1m7 7 1.1 1.1m0-9.2-1.1 1.1m-7 7-1.1 1.1" />
    </>
  ),
  moon: <path d="M13 9.6A5.4 5.4 0 0 1 6.4 3 5.4 5.4 0 1 0 13 9.6z" />,
  menu: <path d="M2.5 4h11m-11 4h11m-11 4h11" />,
  events: <path d="M2.5 4h1m2.5 0h7.5m-11 4h1M6 8h7.5m-11 4h1M6 12h7.5" />,
  chains: (
    <>
      <circle cx="3.5" cy="8" r="1.7" />
      <circle cx="12.5" cy="3.5" r="1.7" />
      <circle cx="12.5" cy="12.5" r="1.7" />
      <path d="M5.2 8H8c0-3 1-4.5 2.8-4.5M8 8c0 3 1 4.5 2.8 4.5" />
    </>
  ),
  consumers: (
    <>
      <path d="M2 5.5h5.5m0-3v11H13V2.5z" />
      <path d="M2 10.5h5.5" />
    </>
  ),
  deadLetters: (
    <>
      <path d="M3 13V6.5a5 5 0 0 1 10 0V13M1.8 13.2h12.4" />
      <path d="M8 4.8v4.4M6.2 6.5h3.6" />
    </>
  ),
  replays: (
    <>
      <path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.7" />
      <path d="M3 2.5v3.2h3.2M7 6l3.2 2L7 10z" />
    </>
  ),
  schemas: (
    <>
      <path d="M6 2.5c-2 0-1 5-3.2 5.5C5 8.5 4 13.5 6 13.5M10 2.5c2 0 1 5 3.2 5.5C11 8.5 12 13.5 10 13.5" />
    </>
  ),
  buckets: (
    <>
      <ellipse cx="8" cy="4" rx="5.2" ry="1.7" />
      <path d="m2.8 4 1.4 8.3c.5 1.4 7.1 1.4 7.6 0L13.2 4" />
    </>
  ),
  tables: <path d="M2.5 3h11v10h-11zM2.5 6.3h11M6.5 6.3V13" />,
  functions: <path d="M3 13 7.5 4.5C6.9 3 6.3 2.8 5 2.8M7.5 4.5 11.5 13h1.7" />,
  executions: (
    <>
      <rect x="5" y="1.8" width="6" height="3.6" rx="0.8" />
      <rect x="1.8" y="10.6" width="5" height="3.6" rx="0.8" />
      <rect x="9.2" y="10.6" width="5" height="3.6" rx="0.8" />
      <path d="M8 5.4V8M4.3 10.6V8h7.4v2.6" />
    </>
  ),
  stop: <rect x="4" y="4" width="8" height="8" rx="1" />,
  users: (
    <>
      <circle cx="8" cy="5.2" r="2.7" />
      <path d="M2.8 13.5a5.2 5.2 0 0 1 10.4 0" />
    </>
  ),
  topics: (
    <>
      <path d="M3 6.5v3h2.5l5 3v-9l-5 3z" />
      <path d="M12.8 6a3 3 0 0 1 0 4" />
    </>
  ),
  producer: <path d="M2.5 8h8m-3-3.2L10.7 8l-3.2 3.2M13.5 3v10" />,
  mail: (
    <>
      <rect x="2" y="3.5" width="12" height="9" rx="1.5" />
      <path d="m2.5 5 5.5 4 5.5-4" />
    </>
  ),
} as const satisfies Readonly<Record<string, ReactNode>>

export type IconName = keyof typeof SHAPES

/** A drawing beside words that say the same; it says nothing itself. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {SHAPES[name]}
    </svg>
  )
}
