import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { MACHINE, sequence, startStepFunctions } from './step-functions.ts'

const pass = sequence({ Pass: { Type: 'Pass' } })
const wait = sequence({ Wait: { Type: 'Wait', Seconds: 999 } })
const _execution = (name: string) => `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`

describe('a state machine', () => {
  test('is listed and described as its template says', async () => {
    const { client, define } = await startStepFunctions()
    const LogGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:machine:*'
    const { ref, attributes } = await define(pass, {
      StateMachineType: 'STANDARD',
      DefinitionString: JSON.stringify(pass)
        .replaceAll('"Pass"', `"$${'{Name}'}"`)
        .replace(`"Type":"$${'{Name}'}"`, '"Type":"Pass"'),
      DefinitionSubstitutions: { Name: 'First' },
      LoggingConfiguration: { Level: 'ALL', Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn } }] },
      TracingConfiguration: { Enabled: true },
      Tags: [{ Key: 'team', Value: 'orders' }],
    })
    expect({ ref, attributes }).toMatchObject({ ref: MACHINE, attributes: { Arn: MACHINE, Name: 'machine' } })
    expect(await client.send(new ListStateMachinesCommand({}))).toMatchObject({
      stateMachines: [{ stateMachineArn: MACHINE, name: 'machine', type: 'STANDARD', creationDate: expect.any(Date) }],
    })
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE }))
    expect(described).toMatchObject({
      status: 'ACTIVE',
      roleArn: expect.stringContaining(':role/'),
      loggingConfiguration: { level: 'ALL', destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn } }] },
      tracingConfiguration: { enabled: true },
    })
    expect(JSON.parse(described.definition ?? '')).toMatchObject({ StartAt: 'First' })
    expect(await client.send(new ListTagsForResourceCommand({ resourceArn: MACHINE }))).toMatchObject({
      tags: [{ key: 'team', value: 'orders' }],
    })
  })

  test('changes for executions to come only', async () => {
    const { client, define, start, result } = await startStepFunctions()
    await define(wait)
    const old = await start()
    await define(pass)
    expect(await result(await start({ a: 1 }))).toMatchObject({ status: 'SUCCEEDED' })
    const { definition } = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn: old }))
    expect(JSON.parse(definition ?? '')).toEqual(wait)
  })

  test.for<[string, object]>([
    ['Pass: Assign is not supported locally', sequence({ Pass: { Type: 'Pass', Assign: {} } })],
    [
      'QueryLanguage: state machines in JSONata are not supported locally, only those in JSONPath',
      { ...pass, QueryLanguage: 'JSONata' },
    ],
    [
      'Map.ItemProcessor.ProcessorConfig.Mode: a distributed Map is not supported locally',
      sequence({ Map: { Type: 'Map', ItemProcessor: { ...pass, ProcessorConfig: { Mode: 'DISTRIBUTED' } } } }),
    ],
    [
      'Job: the task arn:aws:states:::states:startExecution.sync:2 is not supported locally',
      sequence({ Job: { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2' } }),
    ],
    [
      'Job: a task that waits for its token must pass it on ($$.Task.Token)',
      sequence({
        Job: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters: {} },
      }),
    ],
    ['Pass: there is no state Next to go to', { StartAt: 'Pass', States: { Pass: { Type: 'Pass', Next: 'Next' } } }],
    ['Pass: it needs either Next or End', { StartAt: 'Pass', States: { Pass: { Type: 'Pass' } } }],
    ['StartAt: there is no state First', { ...pass, StartAt: 'First' }],
    ["Pass: '$.a[' is not a path", sequence({ Pass: { Type: 'Pass', Parameters: { 'a.$': '$.a[' } } })],
    [
      'Pass: The intrinsic function States.Sum is not supported locally',
      sequence({ Pass: { Type: 'Pass', Parameters: { 'a.$': 'States.Sum(1)' } } }),
    ],
    [
      'Choose: The comparison StringLike is not supported locally',
      {
        StartAt: 'Choose',
        States: {
          Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', StringLike: 'x', Next: 'End' }] },
          End: { Type: 'Succeed' },
        },
      },
    ],
    ['Odd is not a type of states', sequence({ Odd: { Type: 'Odd' } })],
  ])('is refused: %s', async ([why, definition]) => {
    const { define } = await startStepFunctions()
    await expect(define(definition)).rejects.toThrow(
      `The state machine machine cannot run locally: ${why.replace(/^Odd is/, 'Odd.Type is')}`,
    )
  })

  test('of the type EXPRESS is refused', async () => {
    const { define } = await startStepFunctions()
    await expect(define(pass, { StateMachineType: 'EXPRESS' })).rejects.toThrow('only STANDARD state machines run here')
  })
})
