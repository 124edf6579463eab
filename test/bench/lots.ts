/** A parcel of land, in the shape and size that AWS's own benchmark of its rule engine uses: made up, all of it. */
export interface Lot {
  readonly properties: Readonly<Record<'lot' | 'block' | 'street' | 'streetType' | 'from' | 'to' | 'side', string>>
  readonly geometry: {
    readonly type: string
    readonly first: Point
    readonly coordinates: readonly (readonly Point[])[]
  }
}

interface Point {
  readonly x: number
  readonly y: number
  readonly z: number
}

const CORNERS = 12

/** The lot of that number, below 160,000. No two are alike in number, street or place; about 870 bytes as JSON. */
export function lot(id: number): Lot {
  const house = String(1 + (id % 400))
  return {
    properties: {
      lot: String(1_000_000 + id),
      block: String(1000 + (id % 997)),
      street: `${head(id)} ${tail(id)}`,
      streetType: id % 3 === 0 ? 'ST' : 'AVE',
      from: house,
      to: house,
      side: id % 2 === 0 ? 'EVEN' : 'ODD',
    },
    geometry: {
      type: 'Polygon',
      first: cornerOf(id, 0),
      coordinates: [Array.from({ length: CORNERS }, (_, corner) => cornerOf(id, corner))],
    },
  }
}

/** All corners of a lot lie between this and the next lot's. */
export const westernEdge = (id: number): number => Number((-122.5 + id / 1e5).toFixed(5))

const cornerOf = (id: number, corner: number): Point => ({
  x: Number((westernEdge(id) + (corner + 1) / 3e6).toFixed(14)),
  y: Number((37.7 + ((id * 7919) % 160_000) / 1e6 + (corner % 5) / 7e6).toFixed(14)),
  z: 0,
})

/** The two words of a lot's street; each is of that lot alone. */
export const head = (id: number): string => word(id)
export const tail = (id: number): string => word((id * 7919) % 160_000)

const SYLLABLES = 'BA KE DI LO MU RA NE TI SO PU GA FE VI ZO HU JA WE YI XO CU'.split(' ')

/** Four syllables of two letters, another word for each number below 160,000. */
const word = (number: number): string =>
  [8000, 400, 20, 1].map((place) => SYLLABLES[Math.floor(number / place) % 20]).join('')
