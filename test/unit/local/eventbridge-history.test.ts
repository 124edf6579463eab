import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openHistory } from '../../../infra/local/engines/eventbridge/history.ts'
import { openJournal } from '../../../infra/local/engines/eventbridge/journal.ts'

function open(kept: number) {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  return { journal: openJournal(database), history: openHistory(database, kept) }
}

const event = (n: number) => ({
  id: `event-${n}`,
  bus: 'default',
  name: 'Tested',
  source: 'test',
  time: n,
  envelope: `{"time":"2026-01-01T00:00:00Z","resources":[],"detail":{"n":${n}}}`,
  receivedAt: n,
})
const destination = { ruleArn: 'arn:rule/r', targetId: 't', targetArn: 'arn:q', consumer: 'r', payload: undefined }

test('the oldest events are dropped, but not those that are archived or in flight', () => {
  const { journal, history } = open(3)
  journal.add(event(1), ['archive'])
  journal.addDeliveries(journal.add(event(2), []), [destination], 0)
  const [settled] = journal.addDeliveries(journal.add(event(3), []), [destination], 0)
  journal.delivered(settled?.id ?? 0, { attempts: 1, ms: 0, endedAt: 0 })
  for (let n = 4; n <= 7; n++) journal.add(event(n), [])
  history.trim()
  expect(history.recent({}).map(({ id }) => id)).toEqual(['event-7', 'event-6', 'event-5', 'event-2', 'event-1'])
  expect(journal.open()).toBe(1)
})

test('at most ten thousand are shown, a hundred if nothing is said', () => {
  const { journal, history } = open(20_000)
  journal.transaction(() => {
    for (let n = 0; n < 10_001; n++) journal.add(event(n), [])
  })
  expect(history.recent({})).toHaveLength(100)
  expect(history.recent({ limit: 50_000 })).toHaveLength(10_000)
  expect(history.recent({ limit: -1 })).toHaveLength(0)
})

test('work that throws leaves nothing behind, nor is it counted', () => {
  const { journal, history } = open(10)
  const work = () =>
    journal.transaction(() => {
      journal.addDeliveries(journal.add(event(1), []), [destination], 0)
      throw new Error('Disk full')
    })
  expect(work).toThrow('Disk full')
  expect(journal.open()).toBe(0)
  expect(history.recent({})).toEqual([])
})
