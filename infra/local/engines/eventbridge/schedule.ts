import { AwsError } from '../engine.ts'

/** Throws what PutRule answers for a schedule. */
export function checkSchedule(_bus: string, expression: string): void {
  throw new AwsError('ValidationException', `ScheduleExpression ${expression} is not supported locally`)
}
