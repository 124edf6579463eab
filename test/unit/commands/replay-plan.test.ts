import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { chooseCloud } from '../../../infra/commands/command-line.ts'
import { describePlan, planReplay, readRequest, type World } from '../../../infra/commands/replay-plan.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { defineConsumer } from '../../../infra/runtime/consumer.ts'
import { defineEvent } from '../../../schemas/event.ts'

const contract = { context: 'tests', version: 1, summary: '', data: z.strictObject({}), example: {} }
const Rang = defineEvent({ ...contract, name: 'Rang' })
const Fell = defineEvent({ ...contract, name: 'Fell' })

const arnOf = (name: string) => `arn:aws:events:us-east-1:000000000000:rule/ensemble-dev/${name}`
const rule = (name: string, enabled = true) => ({ name, arn: arnOf(name), enabled })
const world: World = {
  stage: 'dev',
  consumers: [
    { name: 'keep-all', declaration: defineConsumer({ does: '', events: [Rang, Fell] }) },
    {
      name: 'send-mail',
      declaration: defineConsumer({ does: '', events: [Rang], sideEffect: 'sends the mail again' }),
    },
    { name: 'asleep', declaration: defineConsumer({ does: '', events: [Rang] }) },
    { name: 'brand-new', declaration: defineConsumer({ does: '', events: [Rang] }) },
  ],
  events: ['Rang', 'Fell', 'Vanished'],
  rules: [rule('keep-all'), rule('send-mail'), rule('asleep', false), rule('curious')],
  archive: { createdAt: new Date('2026-01-01'), retentionDays: 90, eventCount: 12 },
  now: new Date('2026-10-01T12:00:00Z'),
}
const plan = (options: Parameters<typeof readRequest>[0]) => planReplay(readRequest(options), world)
const receivers = (options: Parameters<typeof readRequest>[0]) => plan(options).receivers.map(({ name }) => name)

test('without options: all that is kept, until now, to every rule', () => {
  expect(plan({})).toMatchObject({
    name: 'replay-2026-10-01T12-00-00-000Z',
    from: new Date('2026-07-03T12:00:00Z'),
    to: world.now,
    filterArns: [],
  })
  expect(receivers({})).toEqual(['keep-all', 'send-mail', 'curious'])
})

test('an archive that keeps everything is replayed from its beginning', () => {
  const archive = { ...world.archive, retentionDays: 0 }
  expect(planReplay(readRequest({}), { ...world, archive }).from).toEqual(archive.createdAt)
})

test('times, and days in UTC', () => {
  expect(plan({ from: '2026-09-01', to: '2026-09-02T10:00:00+02:00' })).toMatchObject({
    from: new Date('2026-09-01T00:00:00Z'),
    to: new Date('2026-09-02T08:00:00Z'),
  })
})

test('to chosen consumers, to the consumers of chosen events, and to both', () => {
  expect(plan({ consumer: ['send-mail', 'send-mail'] }).filterArns).toEqual([arnOf('send-mail')])
  expect(receivers({ event: ['Rang'] })).toEqual(['keep-all', 'send-mail'])
  expect(receivers({ event: ['Fell'] })).toEqual(['keep-all'])
  expect(receivers({ event: ['Rang'], consumer: ['keep-all'] })).toEqual(['keep-all'])
  expect(receivers({ consumer: ['curious'] })).toEqual(['curious'])
})

test('a rerun has a name of its own', () => {
  expect(plan({ rerun: true, consumer: ['send-mail'] }).name).toBe('rerun-2026-10-01T12-00-00-000Z')
  expect(receivers({ rerun: true, consumer: ['send-mail'], event: ['Rang'] })).toEqual(['send-mail'])
  expect(receivers({ rerun: true, consumer: ['keep-all'], event: ['Rang', 'Fell'] })).toEqual(['keep-all'])
})

test.each([
  [{ from: 'yesterday' }, /^--from takes a time like .*, not "yesterday"\.$/],
  [{ to: '2026-02-30' }, /^--to takes a time/],
  [{ from: '2026-09-01T10:00:00' }, /^--from takes a time/],
  [{ from: '2026-09-02', to: '2026-09-01' }, /^The range is empty: it begins at 2026-09-02.* and ends at 2026-09-01/],
  [{ from: '2026-09-02', to: '2026-09-02' }, /^The range is empty/],
  [{ from: '2027-01-01' }, /^The range is empty/],
  [{ to: '2026-01-01' }, /^The range is empty/],
  [{ consumer: ['send-male'] }, /^There is no consumer send-male: did you mean send-mail\?$/],
  [{ consumer: ['asleep'] }, /^The rule of asleep is disabled/],
  [{ consumer: ['brand-new'] }, /^The consumer brand-new is not deployed in the stage dev\.$/],
  [{ event: ['rang'] }, /^There is no event rang: did you mean Rang\?$/],
  [{ event: ['Vanished'] }, /^No consumer takes Vanished\.$/],
  [{ consumer: ['send-mail'], event: ['Fell'] }, /^send-mail does not take Fell: it takes Rang\.$/],
  [{ consumer: ['curious'], event: ['Fell'] }, /^curious is a rule of somebody else's/],
  [{ rerun: true }, /^--rerun needs --consumer NAME/],
  [{ rerun: true, event: ['Rang'] }, /^--rerun needs --consumer NAME/],
  [{ rerun: true, consumer: ['keep-all'], event: ['Rang'] }, /^keep-all takes Fell too, .* do those again as well/],
])('%j is refused in a sentence', (options, message) => {
  expect(() => plan(options)).toThrow(Mistake)
  expect(() => plan(options)).toThrow(message)
})

describe('says beforehand', () => {
  const local = chooseCloud({}, {})
  const described = (options: Parameters<typeof readRequest>[0], cloud = local) => describePlan(plan(options), cloud)

  test('where, when, how many at most, and who', () => {
    const text = described({})
    expect(text).toContain('the local cloud at http://127.0.0.1:4566')
    expect(text).toContain('from    2026-07-03T12:00:00.000Z')
    expect(text).toContain('events  at most 12:')
    expect(text).toMatch(/keep-all +Rang, Fell\n/)
    expect(text).toMatch(/curious +whatever matches/)
    expect(text).toContain('Each does only what it has not done yet')
    expect(text).not.toContain('sends the mail again')
  })

  test('which other events the consumers of an event will see', () => {
    expect(described({ event: ['Rang'] })).toContain('keep-all gets Fell too')
    expect(described({ event: ['Rang'], consumer: ['send-mail'] })).not.toContain('too:')
  })

  test('what a rerun does again', () => {
    const text = described({ rerun: true, consumer: ['send-mail', 'keep-all'] })
    expect(text).toMatch(/send-mail +Rang +sends the mail again\n/)
    expect(text).toMatch(/keep-all +Rang, Fell +nothing beyond its own records\n/)
    expect(text).toContain('A rerun: each does all of it again, once')
  })

  test('that AWS counts late', () => {
    expect(described({}, chooseCloud({ aws: true }, {}))).toMatch(/events {2}about 12 .* counted once a day/)
  })
})
