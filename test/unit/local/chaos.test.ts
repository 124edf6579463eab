import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Attempt, createChaos } from '../../../infra/local/chaos.ts'
import { identityOf } from '../../../infra/local/engines/identity.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const first = (about: string): Attempt => ({ about, functionName: 'mailer', attempt: 1, mostAttempts: 5 })
const attempts = fc.record({
  about: fc.string(),
  functionName: fc.constantFrom('keeper', 'mailer'),
  attempt: fc.integer({ min: 1, max: 6 }),
  mostAttempts: fc.constantFrom(1, 5, Number.POSITIVE_INFINITY),
})
const event = (eventId: string, id = 'e') => JSON.stringify({ id, detail: { metadata: { eventId }, data: {} } })

/** Within five standard deviations, which chance leaves once in a million. */
const expectShare = (share: number, promised: number, of: number) =>
  expect(Math.abs(share - promised)).toBeLessThan(5 * Math.sqrt((promised * (1 - promised)) / of))

const ids = (count: number) => Array.from({ length: count }, (_, index) => `event-${index}`)

describe('what goes wrong', () => {
  test('is the same for the same seed, whatever was decided before', () =>
    fc.assert(
      fc.property(seeds, fc.array(attempts, { maxLength: 20 }), (seed, asked) => {
        const [one, other] = [createChaos(seed), createChaos(seed)]
        const backwards = asked.toReversed().map(other.mishaps).toReversed()
        expect(asked.map(one.mishaps)).toEqual(backwards)
        const sent = (chaos: typeof one) => (each: Attempt) => chaos.sendings(event(each.about), each.functionName)
        expect(asked.map(sent(one))).toEqual(asked.toReversed().map(sent(other)).toReversed())
      }),
    ))

  test('is something else for another seed, another event, another attempt', () =>
    fc.assert(
      fc.property(fc.uniqueArray(seeds, { minLength: 2, maxLength: 2 }), ([seed = 0, other = 0]) => {
        const seen = (chaos = createChaos(seed), about = 'a', attempt = 1) =>
          ids(100).map((id) => chaos.mishaps({ ...first(about + id), attempt }))
        expect(seen(createChaos(other))).not.toEqual(seen())
        expect(seen(undefined, 'b')).not.toEqual(seen())
        expect(seen(undefined, 'a', 2)).not.toEqual(seen())
      }),
    ))

  test('befalls the promised shares', () =>
    fc.assert(
      fc.property(seeds, (seed) => {
        const { mishaps, sendings } = createChaos(seed)
        const all = ids(4000)
        const shares = Map.groupBy(all, (id) => mishaps(first(id))?.kind)
        const share = (kind: 'before' | 'after' | 'again' | 'slow') => (shares.get(kind)?.length ?? 0) / all.length
        expectShare(share('before'), 0.1, all.length)
        expectShare(share('after'), 0.1, all.length)
        expectShare(share('again'), 0.05, all.length)
        expectShare(share('slow'), 0.1, all.length)
        const sent = all.map((id) => sendings(event(id), 'rule'))
        expectShare(sent.filter(({ length }) => length === 2).length / all.length, 0.15, all.length)
        const delays = sent.flat()
        expectShare(delays.filter((ms) => ms > 0).length / delays.length, 0.3, all.length)
      }),
      { numRuns: 10 },
    ))

  test('never leaves an event unsent, nor makes it wait for more than two seconds', () =>
    fc.assert(
      fc.property(seeds, attempts, (seed, attempt) => {
        const { mishaps, sendings } = createChaos(seed)
        const sent = sendings(event(attempt.about), attempt.functionName)
        expect([1, 2]).toContain(sent.length)
        for (const ms of [...sent, mishaps(attempt)?.ms ?? 0]) expect(ms >= 0 && ms <= 2000).toBe(true)
      }),
    ))

  test('leaves the last two attempts alone', () =>
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 10 }), fc.string(), (seed, mostAttempts, about) => {
        const { mishaps } = createChaos(seed)
        for (const attempt of [mostAttempts - 1, mostAttempts])
          expect(mishaps({ ...first(about), attempt, mostAttempts })).toBeUndefined()
      }),
    ))
})

describe('what a message is about', () => {
  test("is the event's own id, which is the same in every run", () => {
    expect(identityOf(event('x', 'one'))).toBe(identityOf(event('x', 'other')))
    expect(createChaos(1).sendings(event('x', 'one'), 'rule')).toEqual(
      createChaos(1).sendings(event('x', 'other'), 'rule'),
    )
  })

  test.each(['', 'no JSON', 'null', '{"detail":{"metadata":{"eventId":7}}}', '[]'])('or all of it: %j', (message) => {
    expect(identityOf(message)).toBe(message)
  })
})
