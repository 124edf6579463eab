import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { handler, start, workers } from './functions.ts'

describe('concurrency', () => {
  test('no environment runs two invocations at once', async () => {
    const { run } = await start(
      `let busy = 0; ${handler('busy++; await new Promise((resolve) => setTimeout(resolve, 5)); const seen = busy; busy--; return seen')}`,
    )
    const results = await Promise.all(Array.from({ length: 20 }, () => run()))
    expect(results.map(({ result }) => result)).toEqual(Array(20).fill(1))
  })

  test('reserved concurrency 0 refuses every invocation', async () => {
    const { run } = await start(handler('return 1'), { ReservedConcurrentExecutions: '0' })
    await expect(run()).rejects.toThrow(expect.objectContaining({ code: 'TooManyRequestsException', status: 429 }))
  })

  test('reserved concurrency 1 refuses a second invocation while the first runs', async () => {
    const { run } = await start(handler('await new Promise((resolve) => setTimeout(resolve, 50)); return 1'), {
      ReservedConcurrentExecutions: 1,
    })
    const [first, second] = await Promise.allSettled([run(), run()])
    expect(first).toMatchObject({ status: 'fulfilled' })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'TooManyRequestsException' } })
    expect((await run()).result).toBe(1)
  })

  test('whoever waits for an environment counts as running', async () => {
    const { run, lambda } = await start(handler('await new Promise((resolve) => setTimeout(resolve, 50)); return 1'), {
      ReservedConcurrentExecutions: 3,
    })
    const outcomes = await Promise.allSettled([run(), run(), run(), run()])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect(lambda.functions()).toMatchObject([{ lately: { invocations: 3, errors: 0, throttles: 1 } }])
  })
})

describe('reload', () => {
  test('lets what runs end with the old code and gives whatever comes next the new', async () => {
    const { run, lambda, folder, log } = await start(
      handler('console.log("begun"); await new Promise((resolve) => setTimeout(resolve, 100)); return "old"'),
    )
    const running = run()
    await expect.poll(() => log('job')).toEqual(['begun'])
    writeFileSync(join(folder, 'index.js'), handler('return "new"'))
    lambda.reload([folder])
    const next = run()
    expect((await next).result).toBe('new')
    expect((await running).result).toBe('old')
    for (let i = 0; i < 3; i++) expect((await run()).result).toBe('new')
  })

  test('leaves functions in other folders alone', async () => {
    const { run, lambda, folder } = await start(`let count = 0; ${handler('return ++count')}`)
    await run()
    lambda.reload([`${folder}-2`, folder.slice(0, -1)])
    expect((await run()).result).toBe(2)
    lambda.reload([folder])
    expect((await run()).result).toBe(1)
  })
})

describe('stop', () => {
  test('ends what runs and what waits, and starts nothing more', async () => {
    const { run, lambda } = await start(handler('await new Promise(() => {})'))
    const invocations = Array.from({ length: 10 }, () => run().catch((error: unknown) => error))
    await lambda.stop?.()
    await Promise.all(invocations)
    await expect.poll(workers).toBe(0)
    await expect(run()).rejects.toThrow()
    expect(workers()).toBe(0)
  })

  test('leaves no idle worker either', async () => {
    const { run, lambda } = await start(handler('return 1'))
    await run()
    await lambda.stop?.()
    await expect.poll(workers).toBe(0)
  })
})
