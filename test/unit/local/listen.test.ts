import { describe, expect, onTestFinished, test } from 'vitest'
import { listen } from '../../../infra/local/listen.ts'
import { Mistake } from '../../../infra/mistake.ts'

async function start(port = 0) {
  const listener = await listen(port, '--port')
  onTestFinished(listener.close)
  return { ...listener, get: () => fetch(`http://127.0.0.1:${listener.port}/`) }
}

describe('a port', () => {
  test('is held from the start, and asks for a moment of patience', async () => {
    const { get } = await start()
    const response = await get()
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.text()).toBe('Starting; one moment, please.\n')
  })

  test('answers once there is something to answer', async () => {
    const { get, serve } = await start()
    serve((_, response) => void response.end('well'))
    expect(await (await get()).text()).toBe('well')
  })

  test('is open to this machine only', async () => {
    const { port } = await start()
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow()
  })

  test('in use is told of in one sentence that says how to choose another', async () => {
    const { port } = await start()
    await expect(start(port)).rejects.toThrow(
      new Mistake(`Port ${port} is in use; stop what uses it or choose another with --port N.`),
    )
  })

  test('is free again when it is closed, whoever is still connected', async () => {
    const { port, close, get, serve } = await start()
    serve((_, response) => void response.write('for ever'))
    const response = await get()
    await close()
    await expect(response.text()).rejects.toThrow()
    expect((await start(port)).port).toBe(port)
  })
})
