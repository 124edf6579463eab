import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startConsole } from '../../support/console.ts'
import { until } from '../../support/until.ts'

let cloud: Awaited<ReturnType<typeof startConsole>>

beforeEach(async () => {
  cloud = await startConsole()
})

afterEach(() => cloud.stop())

describe('stream', () => {
  const happened = z.literal(true).optional()
  const Changed = z.strictObject({ events: z.array(z.string()).optional(), emails: happened, executions: happened })
  type Changed = z.infer<typeof Changed>

  async function listen(): Promise<{ readonly messages: readonly Changed[]; readonly close: () => void }> {
    const message = await cloud.open('/_console/api/stream')
    expect(message.headers['content-type']).toBe('text/event-stream')
    const messages: Changed[] = []
    let text = ''
    message.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^event: changed\ndata: (.*)$/.exec(block)?.[1]
        if (data) messages.push(Changed.parse(JSON.parse(data)))
      }
    })
    message.on('error', () => {})
    return { messages, close: () => message.destroy() }
  }

  const idsOf = (messages: readonly Changed[]) => messages.flatMap(({ events = [] }) => events)

  test('what happens together is told together, once', async () => {
    const { messages } = await listen()
    cloud.bus.emit('event', 'e1')
    cloud.bus.emit('event', 'e2')
    cloud.bus.emit('event', 'e1')
    cloud.bus.emit('email')
    await until(() => expect(messages).toEqual([{ events: ['e1', 'e2'], emails: true }]))
  })

  test.each([
    ['email', { emails: true }],
    ['execution', { executions: true }],
  ])('an %s alone is told alone', async (name, told) => {
    const { messages } = await listen()
    cloud.bus.emit(name)
    await until(() => expect(messages).toEqual([told]))
  })

  test('a stream of changes is at most ten messages a second, and none is lost', async () => {
    const { messages } = await listen()
    const startedAt = performance.now()
    const sent: string[] = []
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const id = `event-${sent.length}`
        sent.push(id)
        cloud.bus.emit('event', id)
        if (sent.length === 300) {
          clearInterval(timer)
          resolve()
        }
      }, 1)
    })
    await until(() => expect(idsOf(messages)).toEqual(sent))
    const seconds = (performance.now() - startedAt) / 1000
    expect(messages.length).toBeGreaterThan(1)
    expect(messages.length).toBeLessThanOrEqual(Math.floor(seconds * 10) + 1)
  })

  test('every client is told, and when the last one goes nothing is listened to', async () => {
    const first = await listen()
    const second = await listen()
    expect([cloud.bus.listenerCount('event'), cloud.bus.listenerCount('email')]).toEqual([1, 1])
    cloud.bus.emit('event', 'e1')
    await until(() => expect([first.messages, second.messages]).toEqual([[{ events: ['e1'] }], [{ events: ['e1'] }]]))
    first.close()
    second.close()
    await until(() => expect([cloud.bus.listenerCount('event'), cloud.bus.listenerCount('email')]).toEqual([0, 0]))
    const third = await listen()
    cloud.bus.emit('event', 'e2')
    await until(() => expect(third.messages).toEqual([{ events: ['e2'] }]))
  })
})
