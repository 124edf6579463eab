import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { handler, runner, start, startFunctions, workers } from './functions.ts'

const error = (errorType: string, errorMessage: unknown) => ({
  functionError: 'Unhandled',
  result: expect.objectContaining({ errorType, errorMessage }),
})

describe('an invocation', () => {
  test.each([
    ['what the function returns', handler('return { got: event }'), { got: { a: [1, 'é🙂'] } }],
    ['what a function that is not async returns', 'exports.handler = (event) => event.a', [1, 'é🙂']],
    ['null for nothing', handler(''), null],
  ])('answers %s', async (_, code, result) => {
    const { run } = await start(code)
    expect(await run({ a: [1, 'é🙂'] })).toEqual({ result, functionError: undefined, log: [] })
  })

  test('may name the function or its ARN', async () => {
    const { lambda } = await start(handler('return 1'))
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:job'
    for (const name of ['job', 'job:$LATEST', arn, `${arn}:$LATEST`]) {
      expect((await lambda.invoke(name, '{}')).payload).toBe('1')
      expect(lambda.exists(name)).toBe(true)
      expect(lambda.timeoutSeconds(name)).toBe(10)
    }
    await expect(lambda.invoke('other', '{}')).rejects.toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException', status: 404 }),
    )
    expect(lambda.exists('other')).toBe(false)
  })

  test('gives the function its context', async () => {
    const { run } = await start(handler('return { ...context, left: context.getRemainingTimeInMillis() }'), {
      Timeout: '7',
      MemorySize: 256,
    })
    const { result } = await run()
    expect(result).toMatchObject({
      functionName: 'job',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:job',
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupName: '/aws/lambda/job',
    })
    const { left } = z.looseObject({ left: z.number() }).parse(result)
    expect(left).toBeGreaterThan(6000)
    expect(left).toBeLessThanOrEqual(7000)
  })

  test('carries the trace of its caller', async () => {
    const { run } = await start(handler('return process.env._X_AMZN_TRACE_ID'))
    expect((await run({}, { traceId: 'Root=1-0-a' })).result).toBe('Root=1-0-a')
    expect((await run()).result).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/)
  })

  test('keeps what the function keeps between invocations', async () => {
    const { run } = await start(`let count = 0; ${handler('return ++count')}`)
    expect([await run(), await run(), await run()].map(({ result }) => result)).toEqual([1, 2, 3])
  })
})

describe('a function that fails', () => {
  test('by throwing answers the error and can be invoked again', async () => {
    const { run } = await start(
      handler('if (event.ok) return "well"; class Odd extends Error { name = "Odd" } throw new Odd("This is odd")'),
    )
    const failed = await run()
    expect(failed).toMatchObject(error('Odd', 'This is odd'))
    expect(failed.result).toMatchObject({ trace: expect.arrayContaining(['Odd: This is odd']) })
    expect((await run({ ok: true })).result).toBe('well')
  })

  test.each([
    ['what is no error', handler('throw "boom"'), error('string', 'boom')],
    ['nothing', handler('throw undefined'), error('undefined', 'undefined')],
    ['an answer that is no JSON', handler('return 1n'), error('TypeError', expect.stringContaining('BigInt'))],
    ['an exit', handler('process.exit(1)'), error('Runtime.ExitError', expect.any(String))],
    [
      'an error that nobody awaits',
      handler('setImmediate(() => { throw new Error("late") }); await new Promise(() => {})'),
      error('Error', 'late'),
    ],
    [
      'a rejection that nobody awaits',
      handler('Promise.reject(new Error("late")); await new Promise(() => {})'),
      error('Error', 'late'),
    ],
    [
      'too much memory',
      handler('const all = []; for (;;) all.push(new Array(1e6).fill(event))'),
      error('Error', expect.stringContaining('memory')),
    ],
  ])('by %s', async (_, code, failure) => {
    const { run } = await start(`let count = 0; ${code}`)
    expect(await run()).toMatchObject(failure)
    expect(await run()).toMatchObject(failure)
  })

  test('after it has answered does not fail the next invocation', async () => {
    const { run } = await start(
      handler('if (event.late) setTimeout(() => { throw new Error("late") }, 20); return "well"'),
    )
    expect((await run({ late: true })).result).toBe('well')
    await expect.poll(workers).toBe(0)
    expect((await run()).result).toBe('well')
  })

  test.each([
    ['by an endless loop', 'for (;;) {}'],
    ['by waiting for ever', 'await new Promise(() => {})'],
  ])('to end in time %s is stopped, and the next invocation works', async (_, loop) => {
    const { run, log } = await start(handler(`if (event.ok) return 'well'; console.log('begun'); ${loop}`), {
      Timeout: 1,
    })
    const startedAt = performance.now()
    const failed = await run()
    expect(failed).toMatchObject(
      error(
        'Sandbox.Timedout',
        expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
      ),
    )
    expect(failed.log, 'what it wrote before').toEqual(['begun'])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(999)
    expect(log('job')).toEqual(['begun', expect.stringContaining('Task timed out after 1.00 seconds')])
    expect((await run({ ok: true })).result).toBe('well')
  })

  test.each([
    ['throws', 'throw new Error("no start")', error('Error', 'no start')],
    ['exports no handler', 'exports.other = 1', error('Error', expect.stringContaining('exports no function handler'))],
    ['does not parse', '{{{', error('SyntaxError', expect.any(String))],
    ['exits', 'process.exit(3)', error('Runtime.ExitError', expect.any(String))],
  ])('to load because it %s says so each time', async (_, code, failure) => {
    const { run, log } = await start(code)
    expect(await run()).toMatchObject(failure)
    expect(await run()).toMatchObject(failure)
    if (!code.includes('exit')) expect(log('job').join()).toContain('errorType')
  })

  test('to load once is loaded again', async () => {
    const { run, folder } = await start('throw new Error("no start")')
    await run()
    writeFileSync(join(folder, 'index.js'), handler('return "well"'))
    expect((await run()).result).toBe('well')
  })

  test('slowly to load has its whole time left when it is', async () => {
    const { run } = await start(
      `const end = Date.now() + 1200; while (Date.now() < end); ${handler('return context.getRemainingTimeInMillis()')}`,
      { Timeout: 1 },
    )
    expect(Number((await run()).result)).toBeGreaterThan(500)
  })
})

describe('the log', () => {
  test('holds what an invocation wrote, line by line, and nothing of others at the same time', async () => {
    const { run, log } = await start(
      handler(`
        console.log(event.id, 'one'); await new Promise((resolve) => setTimeout(resolve, event.id % 3));
        console.error(event.id, 'two\\nthree'); process.stdout.write(event.id + ' four'); return event.id`),
    )
    const ids = Array.from({ length: 20 }, (_, index) => index)
    for (const { result, log: lines } of await Promise.all(ids.map((id) => run({ id })))) {
      expect(lines).toEqual([`${result} one`, `${result} two`, 'three', `${result} four`])
    }
    expect(log('job')).toHaveLength(80)
  })

  test('holds what was written before the function failed', async () => {
    const { run } = await start(
      handler('console.log("before"); if (event.exit) process.exit(1); throw new Error("no")'),
    )
    expect((await run()).log).toEqual(['before'])
    expect((await run({ exit: true })).log).toEqual(['before'])
  })

  test('takes any bytes and any encoding', async () => {
    const { run } = await start(
      handler(`
        const bytes = Buffer.from('é🙂\\n'); process.stdout.write(bytes.subarray(0, 1)); process.stdout.write(bytes.subarray(1));
        process.stdout.write('c3a9', 'hex'); await new Promise((resolve) => process.stdout.write('\\n', resolve))`),
    )
    expect((await run()).log).toEqual(['é🙂', 'é'])
  })
})

describe('the environment', () => {
  const all = handler('return { ...process.env }')

  test('is the function’s own', async () => {
    process.env.ONLY_OF_THE_TEST = '1'
    const { run, lambda } = await start(all, { Environment: { Variables: { STAGE: 'test', COUNT: 3 } } })
    const { result } = await run()
    delete process.env.ONLY_OF_THE_TEST
    expect(result).toMatchObject({
      STAGE: 'test',
      COUNT: '3',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'job',
      AWS_ACCESS_KEY_ID: 'job',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    })
    expect(result).not.toHaveProperty('ONLY_OF_THE_TEST')
    expect(result).not.toHaveProperty('PATH')
    expect(lambda.exists('job')).toBe(true)
  })

  test('is not shared: what one function sets or does to its globals no other sees', async () => {
    const functions = startFunctions()
    await functions.add('one', handler('process.env.SET = "1"; globalThis.set = 1; return 1'))
    await functions.add('two', handler('return [process.env.SET ?? null, globalThis.set ?? null]'))
    await runner(functions, 'one')()
    expect((await runner(functions, 'two')()).result).toEqual([null, null])
    expect(process.env.SET).toBeUndefined()
  })
})

describe('a function is refused', () => {
  test.each([
    ['whose code is not there', { Code: { S3Key: 'nowhere' } }, /has no index\.js/],
    ['in another language', { Runtime: 'python3.13' }, /only Node\.js functions run here/],
    ['with a property that is not known here', { VpcConfig: {} }, /VpcConfig/],
    ['that may run too long', { Timeout: 901 }, /900/],
  ])('%s', async (_, properties, message) => {
    await expect(start(handler(''), properties)).rejects.toThrow(message)
  })
})
