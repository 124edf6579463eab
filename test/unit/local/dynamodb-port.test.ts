import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { nextFreePort } from '../../../infra/local/engines/dynamodb/port.ts'

test('a port is none that a system gives to whoever asks for any, and another each time', async () => {
  const ports = [await nextFreePort(), await nextFreePort(), await nextFreePort()]
  expect(new Set(ports).size).toBe(3)
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_000)
  }
})

test('a port that somebody listens on is passed over', async () => {
  const [first, second] = [await nextFreePort(), await nextFreePort()]
  const step = (second - first + 12_000) % 12_000
  const next = 20_000 + ((second + step - 20_000) % 12_000)
  const server = createServer().listen(next, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  expect(await nextFreePort()).not.toBe(next)
})
