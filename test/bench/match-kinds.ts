import { head, type Lot, lot, tail, westernEdge } from './lots.ts'

/** A kind of rule. */
export interface RuleKind {
  readonly name: string
  /** The rule of that number: it takes the event of that number. */
  readonly pattern: (id: number) => object
  readonly event: (id: number) => object
  /** What AWS's engine does with five rules of the kind, thousands of events a second, as far as it is known. */
  readonly ruler?: number
}

type Name = keyof Lot['properties']

const property = (name: Name, condition: unknown) => ({ properties: { [name]: [condition] } })
const onStreet = (condition: (id: number) => unknown) => (id: number) => property('street', condition(id))
const street = (id: number): string => lot(id).properties.street

/** A lot's number, block and street, and in each word of the street, differ from any other's. */
const wildcards: readonly ((id: number) => string)[] = [
  (id) => `${head(id)}*`,
  (id) => `*${tail(id)}`,
  (id) => `${head(id).slice(0, 4)}*${tail(id)}`,
  (id) => `*${head(id).slice(2)} ${tail(id).slice(0, 6)}*`,
]

const lots = (name: string, pattern: (id: number) => object, ruler?: number): RuleKind => ({
  name,
  pattern,
  event: lot,
  ...(ruler === undefined ? {} : { ruler }),
})

/** The kinds that AWS's own benchmark measures, and the shape that rules of an application have. */
export const RULE_KINDS: readonly RuleKind[] = [
  {
    name: 'source, detail-type, a field',
    pattern: (id) => ({ source: ['shop'], 'detail-type': ['OrderPlaced'], detail: { orderId: [`order-${id}`] } }),
    event: envelope,
  },
  lots('exact', (id) => property('lot', lot(id).properties.lot), 280),
  lots(
    'prefix',
    onStreet((id) => ({ prefix: head(id) })),
    279,
  ),
  lots(
    'suffix',
    onStreet((id) => ({ suffix: tail(id) })),
    255,
  ),
  lots(
    'equals-ignore-case',
    onStreet((id) => ({ 'equals-ignore-case': street(id).toLowerCase() })),
    237,
  ),
  lots(
    'prefix, ignoring case',
    onStreet((id) => ({ prefix: { 'equals-ignore-case': head(id).toLowerCase() } })),
  ),
  lots(
    'wildcard',
    onStreet((id) => ({ wildcard: wildcards[id % wildcards.length]?.(id) })),
    198,
  ),
  lots(
    'numeric',
    (id) => ({ geometry: { first: { x: [{ numeric: ['>=', westernEdge(id), '<', westernEdge(id + 1)] }] } } }),
    140,
  ),
  lots(
    'anything-but',
    (id) => ({ properties: { lot: [lot(id).properties.lot], street: [{ 'anything-but': ['MAIN', street(id + 1)] }] } }),
    155,
  ),
  lots('anything-but prefix, suffix, wildcard', (id) => ({
    properties: { lot: [lot(id).properties.lot], street: [{ 'anything-but': exceptions[id % 3]?.(id + 1) }] },
  })),
  lots(
    'one corner in an array',
    (id) => {
      const [corner] = lot(id).geometry.coordinates[0]?.slice(id % 12) ?? []
      return { geometry: { type: ['Polygon'], coordinates: { x: [{ numeric: ['=', corner?.x] }], y: [corner?.y] } } }
    },
    33,
  ),
  lots('$or of an exact and a numeric', (id) => ({
    $or: [
      property('lot', lot(id).properties.lot),
      { geometry: { first: { y: [{ numeric: ['=', lot(id).geometry.first.y] }] } } },
    ],
  })),
  lots(
    'anything-but, all but one rule match',
    onStreet((id) => ({ 'anything-but': street(id) })),
  ),
]

const exceptions: readonly ((id: number) => object)[] = [
  (id) => ({ prefix: head(id) }),
  (id) => ({ suffix: tail(id) }),
  (id) => ({ wildcard: `${head(id)}*${tail(id)}` }),
]

/** An event as EventBridge hands it over, about 300 bytes as JSON. */
function envelope(id: number): object {
  return {
    version: '0',
    id: `1b9d6bcd-bbfd-4b2d-9b5d-${String(id).padStart(12, '0')}`,
    'detail-type': 'OrderPlaced',
    source: 'shop',
    account: '000000000000',
    time: '2027-01-15T08:00:00Z',
    region: 'us-east-1',
    resources: [],
    detail: { orderId: `order-${id}`, amount: 42.5, currency: 'USD', customer: `customer-${id % 100}` },
  }
}
