import { expect, test } from 'vitest'
import * as z from 'zod'
import { openCursor, sealCursor } from '../../../infra/runtime/cursor.ts'

const Position = z.object({ meetupId: z.string() })
const position = { meetupId: 'a secret meetup' }
const list = ['my-meetups', 'ada']
const cursor = sealCursor(position, list, 'secret')

test('a cursor opens for the list that it was made for, and tells nobody what is in it', () => {
  expect(openCursor(cursor, list, 'secret', Position)).toEqual(position)
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('meetup')
})

test.each([
  ["another's list", cursor, ['my-meetups', 'eve'], 'secret'],
  ['another list', cursor, ['my-attendances', 'ada'], 'secret'],
  ['another secret', cursor, list, 'terces'],
  ['a text of nobody', 'nonsense', list, 'secret'],
  ['nothing', '', list, 'secret'],
  ['half of it', cursor.slice(0, 20), list, 'secret'],
  ['more than it', `${cursor}A`, list, 'secret'],
  ['it with a blank', ` ${cursor}`, list, 'secret'],
  ['another position', sealCursor({ orderId: '1' }, list, 'secret'), list, 'secret'],
])('a cursor does not open for %s', (_, given, list, secret) => {
  expect(() => openCursor(given, list, secret, Position)).toThrow(
    expect.objectContaining({ status: 400, errors: [expect.objectContaining({ path: 'cursor' })] }),
  )
})

test('a cursor of which any character is another one does not open', () => {
  for (const [index, character] of [...cursor].entries()) {
    const other = character === 'A' ? 'B' : 'A'
    const changed = cursor.slice(0, index) + other + cursor.slice(index + 1)
    expect(() => openCursor(changed, list, 'secret', Position)).toThrow()
  }
})
