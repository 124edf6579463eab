import { useState } from 'react'

interface Props {
  readonly title: string
  readonly category: string
  readonly url?: string | undefined
}

/** What a meetup looks like. Decoration: all that it says is said beside it. */
export function Banner({ title, category, url }: Props) {
  const [failed, setFailed] = useState<string>()
  return (
    <div className="banner">
      {url === undefined || url === failed ? (
        <Melody title={title} category={category} />
      ) : (
        <img src={url} alt="" loading="lazy" decoding="async" onError={() => setFailed(url)} />
      )}
    </div>
  )
}

const LINES = [0, 1, 2, 3, 4]
const NOTES = 9

/** For a meetup without a picture: the colour is its category's, the melody its title's. */
function Melody({ title, category }: Omit<Props, 'url'>) {
  return (
    <svg
      viewBox="0 0 400 200"
      preserveAspectRatio="xMidYMid slice"
      style={{ background: coloursOf(category) }}
      aria-hidden="true"
    >
      {LINES.map((line) => (
        <path key={line} d={wave(56 + 22 * line)} />
      ))}
      {melodyOf(title).map(({ x, y, isOpen }) => (
        <g key={x} className={isOpen ? 'open' : undefined}>
          <ellipse cx={x} cy={y} rx="9" ry="7" transform={`rotate(-20 ${x} ${y})`} />
          <path d={y > 100 ? `M${x + 8} ${y - 3}v-42` : `M${x - 8} ${y + 3}v42`} />
        </g>
      ))}
    </svg>
  )
}

function coloursOf(category: string): string {
  const hue = hashOf(category) % 360
  return `linear-gradient(120deg, oklch(0.42 0.12 ${hue}), oklch(0.3 0.09 ${hue + 50}))`
}

/** How much lower than at the left edge a line is there: all five swing alike. */
const swing = (x: number): number => Math.round(120 * Math.sin(x / 70)) / 10

const wave = (y: number): string =>
  Array.from({ length: 21 }, (_, index) => 20 * index)
    .map((x) => `${x === 0 ? 'M' : 'L'}${x} ${y + swing(x)}`)
    .join('')

function melodyOf(title: string) {
  const hash = hashOf(title)
  return Array.from({ length: NOTES }, (_, index) => {
    const x = 44 + index * 39
    // Three bits of the hash for each note: up or down by up to two steps.
    const height = Math.floor(hash / 8 ** index) % 8
    return { x, y: 56 + 11 * height + swing(x), isOpen: height === 3 }
  })
}

/** FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
const hashOf = (text: string): number =>
  [...text.trim().toLowerCase()].reduce(
    (hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0,
    0x811c9dc5,
  )
