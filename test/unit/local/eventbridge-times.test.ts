import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openHistory } from '../../../infra/local/engines/eventbridge/history.ts'
import { openJournal } from '../../../infra/local/engines/eventbridge/journal.ts'

const event = {
  id: 'e1',
  bus: 'b',
  name: 'Tested',
  source: 'test',
  time: 1,
  caller: 'ensembledevregister',
  envelope: '{"time":"2026-01-01T00:00:00Z","resources":[],"detail":{}}',
  receivedAt: 1000,
}
const destination = { ruleArn: 'arn:rule/r', targetId: 't', targetArn: 'arn:q', consumer: 'r', payload: undefined }
const report = { queueArn: 'arn:q', messageId: 'm1' }

function open() {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  return { database, journal: openJournal(database), history: openHistory(database) }
}

function delivered({ journal, history }: ReturnType<typeof open>) {
  const [delivery] = journal.addDeliveries(journal.add(event, []), [destination], 1000)
  journal.handedOver(delivery?.id ?? 0, 'm1')
  return () => history.recent({})[0]?.deliveries[0]
}

test('an event tells who put it there, and each attempt at it when it began and ended', () => {
  const opened = open()
  const { journal, history } = opened
  const delivery = delivered(opened)
  expect(history.recent({})[0]).toMatchObject({ place: 1, bus: 'b', caller: 'ensembledevregister', receivedAt: 1000 })
  expect(delivery()).toMatchObject({ createdAt: 1000, invokedAt: undefined, endedAt: undefined, earlier: [] })

  journal.report({ ...report, outcome: 'retrying', attempts: 1, ms: 5, error: 'Oops', invokedAt: 1010, endedAt: 1020 })
  expect(delivery()).toMatchObject({ outcome: 'retrying', invokedAt: 1010, endedAt: 1020, earlier: [] })

  journal.report({ ...report, outcome: 'retrying', attempts: 2, ms: 6, invokedAt: 2010, endedAt: 2020 })
  journal.report({ ...report, outcome: 'processed', attempts: 3, ms: 7, invokedAt: 3010, endedAt: 3020 })
  expect(delivery()).toMatchObject({
    outcome: 'processed',
    ms: 7,
    invokedAt: 3010,
    endedAt: 3020,
    earlier: [
      { invokedAt: 1010, endedAt: 1020, ms: 5, error: 'Oops' },
      { invokedAt: 2010, endedAt: 2020, ms: 6, error: 'Oops' },
    ],
  })
})

test('going to the dead letters is no attempt', () => {
  const opened = open()
  const delivery = delivered(opened)
  opened.journal.report({
    ...report,
    outcome: 'retrying',
    attempts: 5,
    ms: 5,
    error: 'Oops',
    invokedAt: 10,
    endedAt: 20,
  })
  opened.journal.report({ ...report, outcome: 'dead', attempts: 0, ms: 0 })
  expect(delivery()).toMatchObject({
    outcome: 'dead',
    attempts: 5,
    error: 'Oops',
    invokedAt: 10,
    endedAt: 20,
    earlier: [],
  })
})

test('a state folder of an earlier version is read on', () => {
  const before = open()
  delivered(before)
  const columns = ['eventbridge_deliveries DROP COLUMN earlier', 'eventbridge_events DROP COLUMN caller']
  const old = before.database
  old.exec('DROP INDEX eventbridge_deliveries_replay')
  for (const column of columns) old.exec(`ALTER TABLE ${column}`)

  const journal = openJournal(old)
  journal.add({ ...event, id: 'e2' }, [])
  expect(openHistory(old).recent({})).toMatchObject([
    { id: 'e2', caller: 'ensembledevregister' },
    { id: 'e1', caller: undefined, deliveries: [{ earlier: [] }] },
  ])
})
