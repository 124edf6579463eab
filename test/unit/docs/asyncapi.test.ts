import { Parser } from '@asyncapi/parser'
import { describe, expect, test } from 'vitest'
import * as contracts from '../../../infra/contracts.ts'
import { asyncapi } from '../../../infra/docs/asyncapi.ts'
import { busEventOf } from '../../../infra/docs/bus-event.ts'
import { detailOf, versionedNameOf } from '../../../schemas/event.ts'
import * as shop from './shop.ts'

const ERROR = 0
const plain = (document: object) => JSON.parse(JSON.stringify(document))

test.each([
  ['ours', contracts],
  ["a shop's", shop],
])('is valid AsyncAPI 3: %s', async (_, flow) => {
  const { document, diagnostics } = await new Parser().parse(plain(asyncapi(flow)))
  expect(diagnostics.filter(({ severity }) => severity === ERROR)).toEqual([])
  expect(document?.version()).toBe('3.0.0')
})

test('the parser does find a message that is not there', async () => {
  const broken = plain(asyncapi(shop))
  delete broken.channels.bus.messages.OrderPaid
  const { diagnostics } = await new Parser().parse(broken)
  expect(diagnostics.filter(({ severity }) => severity === ERROR)).not.toEqual([])
})

describe.each(contracts.events.map((event) => [versionedNameOf(event), event] as const))('%s', (_, event) => {
  test('has an example that fits', () => {
    const { detail } = busEventOf(event, contracts)
    expect(detailOf(event).parse(detail)).toEqual(detail)
    expect(detail.data).toEqual(event.example)
  })
})

test('whoever emits sends, and whoever consumes receives', () => {
  const { operations } = plain(asyncapi(shop))
  const messages = (...names: string[]) => names.map((name) => ({ $ref: `#/channels/bus/messages/${name}` }))
  expect(operations).toMatchObject({
    'place-order.sends': { action: 'send', messages: messages('OrderPlaced', 'OrderPlaced.v2') },
    'take-money.receives': { action: 'receive', messages: messages('OrderPlaced', 'OrderPlaced.v2') },
    'take-money.sends': { action: 'send', messages: messages('OrderPaid') },
    'clean-up.sends': { action: 'send', messages: messages('OrderExpired') },
  })
  expect(operations).not.toHaveProperty(['tell.sends'])
})

test('what a consumer emits names its cause, and what a route emits has none', () => {
  const placed = busEventOf(shop.PlacedAgain, shop).detail.metadata
  const paid = busEventOf(shop.Paid, shop).detail.metadata
  expect(placed).not.toHaveProperty('causationId')
  expect(paid).toMatchObject({ causationId: placed.eventId, correlationId: placed.correlationId })
  expect(busEventOf(shop.Paid, shop)).toEqual(busEventOf(shop.Paid, shop))
})
