import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { describe, expect, onTestFinished, test } from 'vitest'
import { awsEndpoint } from './aws-endpoint.ts'
import { provision } from './cloud-context.ts'
import { handler, startFunctions } from './functions.ts'

async function start() {
  const functions = startFunctions()
  const client = new LambdaClient(await awsEndpoint(functions.lambda))
  onTestFinished(() => client.destroy())
  return { ...functions, client }
}

const JOB = 'arn:aws:lambda:us-east-1:000000000000:function:job'

describe('Invoke', () => {
  test.each([
    [{ FunctionName: 'job' }, '$LATEST'],
    [{ FunctionName: JOB }, '$LATEST'],
    [{ FunctionName: `${JOB}:$LATEST` }, '$LATEST'],
    [{ FunctionName: 'job:live' }, '1'],
    [{ FunctionName: `${JOB}:live` }, '1'],
    [{ FunctionName: 'job', Qualifier: 'live' }, '1'],
    [{ FunctionName: 'job', Qualifier: '1' }, '1'],
  ])('of %j answers what the function does', async (named, version) => {
    const { client, add, lambda } = await start()
    await add('job', handler('return { got: event.text }'))
    const { attributes = {} } = await provision(lambda, 'AWS::Lambda::Version', { FunctionName: 'job' })
    const alias = { FunctionName: 'job', Name: 'live', FunctionVersion: attributes.Version }
    expect((await provision(lambda, 'AWS::Lambda::Alias', alias)).ref).toBe(`${JOB}:live`)
    const { StatusCode, Payload, ExecutedVersion, FunctionError } = await client.send(
      new InvokeCommand({ ...named, Payload: JSON.stringify({ text: 'é🙂' }) }),
    )
    expect({ StatusCode, ExecutedVersion, FunctionError }).toEqual({ StatusCode: 200, ExecutedVersion: version })
    expect(Payload?.transformToString()).toBe('{"got":"é🙂"}')
  })

  test('of an alias that there is not finds nothing', async () => {
    const { client, add, lambda } = await start()
    await add('job', handler('return 1'))
    await expect(client.send(new InvokeCommand({ FunctionName: 'job:live' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${JOB}:live`,
    })
    expect([lambda.exists(JOB), lambda.exists(`${JOB}:live`)]).toEqual([true, false])
  })

  test('answers the end of the log to whoever asks for it', async () => {
    const { client, add } = await start()
    await add('job', handler('console.log("é".repeat(3000)); console.log("end")'))
    const { LogResult = '' } = await client.send(new InvokeCommand({ FunctionName: 'job', LogType: 'Tail' }))
    const log = Buffer.from(LogResult, 'base64')
    expect(log).toHaveLength(4096)
    expect(log.toString()).toMatch(/é\nend\n$/)
    expect((await client.send(new InvokeCommand({ FunctionName: 'job' }))).LogResult).toBeUndefined()
  })

  test('refuses a payload that is too large', async () => {
    const { client, add } = await start()
    await add('job', handler('return 1'))
    const Payload = JSON.stringify('x'.repeat(1_048_576))
    await expect(
      client.send(new InvokeCommand({ FunctionName: 'job', InvocationType: 'Event', Payload })),
    ).rejects.toMatchObject({ name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } })
  })

  test('without a payload gives the function an empty object', async () => {
    const { client, add } = await start()
    await add('job', handler('return event'))
    const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'job' }))
    expect(Payload?.transformToString()).toBe('{}')
  })

  test('answers an error of the function as such', async () => {
    const { client, add } = await start()
    await add('job', handler('throw new TypeError("no")'))
    const { StatusCode, FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: 'job' }))
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' })
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' })
  })

  test('refuses what is no JSON', async () => {
    const { client, add } = await start()
    await add('job', handler('return 1'))
    await expect(client.send(new InvokeCommand({ FunctionName: 'job', Payload: '{' }))).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    })
  })

  test('is refused for a function that there is not, or that is throttled', async () => {
    const { client, add } = await start()
    await add('job', handler('return 1'), { ReservedConcurrentExecutions: 0 })
    await expect(client.send(new InvokeCommand({ FunctionName: 'other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:other',
    })
    await expect(client.send(new InvokeCommand({ FunctionName: 'job' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    })
  })

  test('as a dry run runs nothing', async () => {
    const { client, add, log } = await start()
    await add('job', handler('console.log("ran")'))
    const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: 'job', InvocationType: 'DryRun' }))
    expect(StatusCode).toBe(204)
    expect(log('job')).toEqual([])
  })
})

describe('an asynchronous invocation', () => {
  const invoke = async (code: string, properties = {}) => {
    const functions = await start()
    await functions.add('job', code, properties)
    const { StatusCode } = await functions.client.send(
      new InvokeCommand({ FunctionName: 'job', InvocationType: 'Event', Payload: '{"text":"hello"}' }),
    )
    expect(StatusCode).toBe(202)
    return functions
  }

  test('is answered at once and run then', async () => {
    const { log } = await invoke(handler('console.log(event.text)'))
    await expect.poll(() => log('job')).toEqual(['hello'])
  })

  test('that fails is tried three times, and told of', async () => {
    const { warnings } = await invoke(handler('throw new Error("no")'))
    await expect
      .poll(() => warnings)
      .toEqual([1, 2, 3].map((attempt) => expect.stringContaining(`attempt ${attempt} of 3`)))
  })

  test('that is throttled is run once there is room', async () => {
    const busy = 'console.log(event.text); await new Promise((resolve) => setTimeout(resolve, 200))'
    const { client, log, warnings } = await invoke(handler(busy), { ReservedConcurrentExecutions: 1 })
    const Payload = '{"text":"again"}'
    await client.send(new InvokeCommand({ FunctionName: 'job', InvocationType: 'Event', Payload }))
    await expect.poll(() => log('job'), { timeout: 5000 }).toEqual(['hello', 'again'])
    expect(warnings).toEqual([])
  })
})

describe('the list of functions', () => {
  test('names each with what it is made of', async () => {
    const { client, add } = await start()
    await add('job', handler('return 1'), {
      Timeout: 7,
      MemorySize: 256,
      Environment: { Variables: { STAGE: 'test' } },
    })
    await add('other', handler('return 1'))
    const { Functions } = await client.send(new ListFunctionsCommand({ MaxItems: 50 }))
    expect(Functions).toMatchObject([
      {
        FunctionName: 'job',
        FunctionArn: JOB,
        Timeout: 7,
        MemorySize: 256,
        State: 'Active',
        Environment: { Variables: { STAGE: 'test' } },
      },
      { FunctionName: 'other' },
    ])
  })

  test('has pages', async () => {
    const { client, add } = await start()
    for (const name of ['c', 'a', 'b']) await add(name, handler('return 1'))
    const names: (string | undefined)[][] = []
    for await (const { Functions = [] } of paginateListFunctions({ client, pageSize: 2 }, {}))
      names.push(Functions.map(({ FunctionName }) => FunctionName))
    expect(names).toEqual([['a', 'b'], ['c']])
  })

  test.each([['job'], [JOB]])('has each alone: %s', async (FunctionName) => {
    const { client, add } = await start()
    const folder = await add('job', handler('return 1'))
    const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName }))
    expect(Configuration).toMatchObject({ FunctionName: 'job', Handler: 'index.handler' })
    expect(Code?.Location).toBe(`${folder}/index.js`)
    expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
      FunctionName: 'job',
      LastUpdateStatus: 'Successful',
    })
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  test('is not the answer to what else may be asked of a function', async () => {
    const { client, add } = await start()
    await add('job', handler('return 1'))
    const refused = { name: 'UnknownOperationException' }
    const FunctionName = 'job'
    await expect(client.send(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject(refused)
  })
})
