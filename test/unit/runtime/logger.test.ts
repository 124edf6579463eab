import { expect, test } from 'vitest'
import { logger } from '../../../infra/runtime/logger.ts'
import { captureLog } from '../../support/log-lines.ts'

test.each([
  ['ada@example.com is not verified', '(address) is not verified'],
  ['<ada.l+x@a-b.co.uk>, "eve@b.co"', '<(address)>, "(address)"'],
  ['to:zoë@bücher.example', 'to:(address)'],
  ['at /app/node_modules/@aws-sdk/client-ses/index.js', 'at /app/node_modules/@aws-sdk/client-ses/index.js'],
  ['ensemble.registrations@RegistrationRequested', 'ensemble.registrations@RegistrationRequested'],
])('%j is logged as %j, wherever it stands', (text, logged) => {
  const log = captureLog()
  logger.info(text, { nested: [{ text }], error: new Error(text, { cause: new Error(text) }) })
  expect(JSON.parse(log())).toMatchObject({
    message: logged,
    nested: [{ text: logged }],
    error: { message: logged, stack: expect.stringContaining(`Error: ${logged}`), cause: { message: logged } },
  })
})

// A pattern that backtracks would not come to an end here.
test('a long text without an address is logged', () => {
  const log = captureLog()
  logger.info('a'.repeat(1_000_000))
  expect(log().length).toBeGreaterThan(1_000_000)
})
