import { CreateEventBusCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as z from 'zod'
import { parseSchedule } from '../../../infra/local/engines/eventbridge/schedule.ts'
import { until } from '../../support/until.ts'
import { callJson, provision, temporaryFolder } from './cloud-context.ts'
import { QUEUE, recordingTarget, running, startEventBridge } from './eventbridge-bus.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const times = (expression: string, from: string, count = 1, createdAt = from): (string | undefined)[] => {
  const schedule = parseSchedule(expression, Date.parse(createdAt))
  const found: (string | undefined)[] = []
  let after: number | undefined = Date.parse(from)
  while (found.length < count && after !== undefined) {
    after = schedule?.(after)
    found.push(after === undefined ? undefined : new Date(after).toISOString().slice(0, 16))
  }
  return found
}

describe('rate', () => {
  test.each([
    ['rate(1 minute)', ['2026-01-01T00:01', '2026-01-01T00:02']],
    ['rate(5 minutes)', ['2026-01-01T00:05', '2026-01-01T00:10']],
    ['rate(1 hour)', ['2026-01-01T01:00', '2026-01-01T02:00']],
    ['rate(2 days)', ['2026-01-03T00:00', '2026-01-05T00:00']],
  ])('%s counts from creation', (expression, expected) => {
    expect(times(expression, '2026-01-01T00:00:00Z', 2)).toEqual(expected)
  })

  test('keeps its rhythm whenever it is asked', () => {
    expect(times('rate(5 minutes)', '2026-01-01T00:12:34Z', 2, '2026-01-01T00:00:00Z')).toEqual([
      '2026-01-01T00:15',
      '2026-01-01T00:20',
    ])
  })
})

describe('cron', () => {
  test.each([
    ['cron(0 10 * * ? *)', ['2026-01-01T10:00', '2026-01-02T10:00']],
    ['cron(15 12 * * ? *)', ['2026-01-01T12:15', '2026-01-02T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2026-01-01T00:15', '2026-01-01T00:30']],
    ['cron(0/5 8-17 ? * mon-fri *)', ['2026-01-01T08:00', '2026-01-01T08:05']],
    ['cron(10-30/10,45 0 * * ? *)', ['2026-01-01T00:10', '2026-01-01T00:20', '2026-01-01T00:30', '2026-01-01T00:45']],
    ['cron(0 0 L * ? *)', ['2026-01-31T00:00', '2026-02-28T00:00']],
    ['cron(0 0 LW * ? *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 3W,1 * ? *)', [undefined]],
    ['cron(0 0 3W * ? *)', ['2026-01-02T00:00', '2026-02-03T00:00']],
    ['cron(0 0 1W 8 ? *)', ['2026-08-03T00:00']],
    ['cron(0 0 ? * L *)', ['2026-01-03T00:00', '2026-01-10T00:00']],
    ['cron(0 0 ? * 6L *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 ? * FRI#3 *)', ['2026-01-16T00:00', '2026-02-20T00:00']],
    ['cron(0 0 ? * 2#5 *)', ['2026-03-30T00:00', '2026-06-29T00:00']],
    ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(59 23 31 12 ? 2199)', ['2199-12-31T23:59', undefined]],
    ['cron(0 0 30 2 ? *)', [undefined]],
    ['cron(0 0 1 1 ? 1999)', [undefined]],
  ])('%s', (expression, expected) => {
    expect(times(expression, '2026-01-01T00:00:30Z', expected.length)).toEqual(expected)
  })

  test('finds what a walk over every day finds', () => {
    const some = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
    const days = fc.oneof(
      some(1, 31).map((of) => ({ ofMonth: of, text: `${of.join(',')} MONTH ?` })),
      some(1, 7).map((of) => ({ ofWeek: of, text: `? MONTH ${of.join(',')}` })),
    )
    const from = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(some(0, 59), some(0, 23), some(1, 12), days, from, (minutes, hours, months, day, after) => {
        const expression = `cron(${minutes.join(',')} ${hours.join(',')} ${day.text.replace('MONTH', months.join(','))} *)`
        const matches = (date: Date) =>
          months.includes(date.getUTCMonth() + 1) &&
          ('ofMonth' in day ? day.ofMonth.includes(date.getUTCDate()) : day.ofWeek.includes(date.getUTCDay() + 1))
        const ofDay = hours
          .flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE))
          .sort((a, b) => a - b)
        const walk = () => {
          const today = Math.floor(after.getTime() / DAY) * DAY
          for (let start = today; start < today + 9 * 366 * DAY; start += DAY) {
            const time = matches(new Date(start)) ? ofDay.find((ms) => start + ms > after.getTime()) : undefined
            if (time !== undefined) return start + time
          }
          return undefined
        }
        expect(parseSchedule(expression, 0)?.(after.getTime())).toBe(walk())
      }),
    )
  })

  test('is always in the future, whatever it says', () => {
    const field = fc.stringMatching(/^([*?L]|[0-9]{1,2}([-/,][0-9]{1,2})?|[0-9]{1,2}[LW]|[1-7]#[1-5])$/)
    fc.assert(
      fc.property(fc.tuple(field, field, field, field, field, field), fc.nat(2 ** 40), (fields, after) => {
        const next = parseSchedule(`cron(${fields.join(' ')})`, 0)?.(after)
        expect(next === undefined || (next > after && next % MINUTE === 0)).toBe(true)
      }),
    )
  })
})

describe('a scheduled rule', () => {
  const put = async (ScheduleExpression: string) => {
    const { client } = await running()
    return client.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression }))
  }

  test.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(1.5 hours)',
    'rate(5 seconds)',
    'at(2026-01-01)',
    '* * * * ? *',
    'cron(* * * * *)',
    'cron(* * * * * *)',
    'cron(* * ? * ? *)',
    'cron(60 * * * ? *)',
    'cron(* 24 * * ? *)',
    'cron(* * 0 * ? *)',
    'cron(* * * 13 ? *)',
    'cron(* * ? * 8 *)',
    'cron(* * ? * MON#6 *)',
    'cron(* * 32W * ? *)',
    'cron(5-1 * * * ? *)',
    'cron(*/0 * * * ? *)',
    'cron(, * * * ? *)',
  ])('refuses %j', async (expression) => {
    const message = 'Parameter ScheduleExpression is not valid.'
    await expect(put(expression)).rejects.toMatchObject({ name: 'ValidationException', message })
  })

  test('is of the default bus', async () => {
    const { client } = await running()
    await client.send(new CreateEventBusCommand({ Name: 'mine' }))
    const call = client.send(
      new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(1 day)', EventBusName: 'mine' }),
    )
    await expect(call).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'ScheduleExpression is supported only on the default event bus.',
    })
  })

  test('fires when it is due, to its own targets, until it is disabled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-01-01T00:00:30Z') })
    onTestFinished(() => void vi.useRealTimers())
    const target = recordingTarget()
    const { eventBridge } = startEventBridge(target)
    const rule = async (name: string, properties: object) =>
      provision(eventBridge, 'AWS::Events::Rule', { Name: name, ...properties })
    const Targets = [{ Id: 'a', Arn: QUEUE }]
    await rule('tick', { ScheduleExpression: 'cron(* * * * ? *)', Targets })
    await rule('rare', { ScheduleExpression: 'rate(2 minutes)', Targets: [{ Id: 'a', Arn: `${QUEUE}-2` }] })
    await rule('other', { EventPattern: { source: ['aws.events'] }, Targets: [{ Id: 'a', Arn: `${QUEUE}-3` }] })
    await eventBridge.start?.()
    const fired = () =>
      target.sent.map(({ targetArn, payload }) => [
        targetArn,
        z.object({ time: z.string() }).parse(JSON.parse(payload)).time,
      ])
    const pass = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms)
      await new Promise(setImmediate)
      await new Promise(setImmediate)
    }
    await pass(29_999)
    expect(fired()).toEqual([])
    await pass(1)
    expect(target.bodies()).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-01-01T00:01:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
        detail: {},
      },
    ])
    await pass(90_000)
    expect(fired().slice(1)).toEqual([
      [QUEUE, '2026-01-01T00:02:00Z'],
      [`${QUEUE}-2`, '2026-01-01T00:02:30Z'],
    ])
    await callJson(eventBridge.services?.events, 'AWSEvents.DisableRule', { Name: 'tick' })
    await pass(120_000)
    expect(fired().slice(3)).toEqual([[`${QUEUE}-2`, '2026-01-01T00:04:30Z']])
    await callJson(eventBridge.services?.events, 'AWSEvents.EnableRule', { Name: 'tick' })
    await pass(30_000)
    expect(fired().slice(4)).toEqual([[QUEUE, '2026-01-01T00:05:00Z']])
    eventBridge.stop?.()
    await pass(600_000)
    expect(fired()).toHaveLength(5)
  })

  test('that was due while nothing ran does not fire for it, and keeps its rhythm', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-01-01T00:00:00Z') })
    onTestFinished(() => void vi.useRealTimers())
    const target = recordingTarget()
    const stateDir = temporaryFolder()
    const run = async () => {
      const started = startEventBridge({ ...target, stateDir })
      await provision(started.eventBridge, 'AWS::Events::Rule', {
        Name: 'hourly',
        ScheduleExpression: 'rate(1 hour)',
        Targets: [{ Id: 'a', Arn: QUEUE }],
      })
      await started.eventBridge.start?.()
      return started
    }
    const first = await run()
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    await until(() => expect(target.sent).toHaveLength(1))
    first.stop()
    vi.setSystemTime(new Date('2026-01-01T05:30:00Z'))
    const { eventBridge } = await run()
    expect(eventBridge.schedules()).toEqual([
      {
        name: 'hourly',
        expression: 'rate(1 hour)',
        isEnabled: true,
        targets: [QUEUE],
        lastAt: Date.parse('2026-01-01T01:00:00Z'),
        nextAt: Date.parse('2026-01-01T06:00:00Z'),
      },
    ])
    await vi.advanceTimersByTimeAsync(30 * MINUTE)
    await until(() => expect(target.sent).toHaveLength(2))
  })
})
