import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../infra/local/database.ts'
import { createArns } from '../../infra/local/engines/eventbridge/arns.ts'
import { openJournal } from '../../infra/local/engines/eventbridge/journal.ts'
import { newEvent } from '../../infra/local/engines/eventbridge/put-events.ts'

const ACCOUNT = { account: '000000000000', region: 'us-east-1' }
const BUS = 'ensemble-dev'
/** Events written in one transaction. */
const BATCH = 999

/**
 * Writes the events of `count / 3` registrations into a state folder that no cloud uses now, as they would be there once
 * every consumer had processed them: archived, and half a second apart up to now. The oldest is `person-0@example.com`'s.
 */
export function fillJournal(stateDir: string, count: number): void {
  const database = openDatabase(stateDir)
  const journal = openJournal(database)
  const registrations = Math.floor(count / 3)
  for (let from = 0; from < registrations; from += BATCH / 3) {
    const numbers = Array.from({ length: Math.min(BATCH / 3, registrations - from) }, (_, index) => from + index)
    journal.transaction(() => {
      for (const number of numbers) addRegistration(journal, number, Date.now() - (registrations - number) * 500)
    })
  }
  database.close()
}

function addRegistration(journal: ReturnType<typeof openJournal>, number: number, at: number): void {
  const registrationId = randomUUID()
  const person = { registrationId, name: `Person ${number}`, email: `person-${number}@example.com` }
  const [request, click, verified] = [randomUUID(), randomUUID(), randomUUID()]
  const add = (name: string, { after = 0, caller = '', metadata = {}, data = {} }, ...consumers: readonly string[]) => {
    const occurredAt = new Date(at + after).toISOString()
    const detail = { metadata: { eventId: randomUUID(), version: 1, occurredAt, ...metadata }, data }
    const event = newEvent(ACCOUNT, {
      bus: BUS,
      name,
      source: 'ensemble.registrations',
      time: Math.floor((at + after) / 1000),
      resources: [],
      detail: JSON.stringify(detail),
      correlationId: String(Object(metadata).correlationId),
      caller: `ensembledev${caller}`,
      receivedAt: at + after,
    })
    const destinations = consumers.map((consumer) => ({
      ruleArn: createArns(ACCOUNT).rule(BUS, consumer),
      targetId: 'queue',
      targetArn: `arn:aws:sqs:us-east-1:000000000000:${BUS}-${consumer}`,
      consumer,
      payload: undefined,
    }))
    for (const { id } of journal.addDeliveries(journal.add(event, [`${BUS}-archive`]), destinations, at + after))
      journal.delivered(id, { attempts: 1, ms: 12, endedAt: at + after + 20 })
  }
  add(
    'RegistrationRequested',
    { caller: 'register', metadata: { correlationId: request }, data: { ...person, expiresAt: 4_102_444_800 } },
    'keep-registrations',
    'send-verification',
  )
  const verification = { correlationId: click, eventId: verified }
  add(
    'EmailVerified',
    { after: 200, caller: 'confirm', metadata: verification, data: { registrationId } },
    'keep-registrations',
  )
  add(
    'RegistrationConfirmed',
    {
      after: 230,
      caller: 'keepregistrations',
      metadata: { correlationId: click, causationId: verified },
      data: { ...person, confirmedAt: new Date(at + 230).toISOString() },
    },
    'notify-owner',
  )
}
