import type { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { alarm } from './alarm.ts'

/**
 * Runs a function at a steady rate, by a rule of its name on the account's default bus, where schedules have to be. What
 * one run fails to do the next one makes up for; an alarm tells of it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export function runEvery(
  fn: LambdaFunction,
  every: Duration,
  { ruleName, description }: { readonly ruleName: string; readonly description: string },
): void {
  new Rule(fn, 'Schedule', {
    ruleName,
    description,
    schedule: Schedule.rate(every),
    targets: [new FunctionTarget(fn, { retryAttempts: 2 })],
  })
  alarm(fn, 'Errors', fn.metricErrors({ period: every }), { above: 0, tells: `${ruleName} failed.` })
}
