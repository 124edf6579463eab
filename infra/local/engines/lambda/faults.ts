import type { Invocation } from './environment.ts'

/** When an invocation fails on purpose: before the function has begun, or after it has done all of its work. */
export type FaultPoint = 'before' | 'after'

/** Asked once for each invocation of a function: is this one to fail on purpose, and when? */
export type Fault = (functionName: string) => FaultPoint | undefined

/** The invocations of a function that are still to fail. */
interface PlannedFault {
  /** Of the next invocations; `all`: until told otherwise. */
  readonly count: number | 'all'
  readonly point: FaultPoint
}

export interface Faults {
  /** Takes one of those planned. */
  readonly next: Fault
  readonly planned: (functionName: string) => PlannedFault | undefined
  /** In place of what was planned before; a count of 0 plans nothing. */
  readonly plan: (functionName: string, fault: PlannedFault) => void
}

/** Which functions are to fail on purpose. Kept in memory: a new start fails nobody. There is no such thing on AWS. */
export function createFaults(): Faults {
  const plans = new Map<string, PlannedFault>()

  function plan(functionName: string, fault: PlannedFault): void {
    if (fault.count === 0) plans.delete(functionName)
    else plans.set(functionName, fault)
  }

  return {
    plan,
    planned: (functionName) => plans.get(functionName),
    next(functionName) {
      const planned = plans.get(functionName)
      if (planned && planned.count !== 'all') plan(functionName, { ...planned, count: planned.count - 1 })
      return planned?.point
    },
  }
}

/** An invocation that failed because somebody wanted it to; its last line says so. `log`: what it had written by then. */
export function failedOnPurpose(point: FaultPoint, log: readonly string[] = []): Invocation {
  const errorMessage = `Failed on purpose ${point === 'before' ? 'before the work was begun' : 'after the work was done'}`
  const line = { level: 'ERROR', message: errorMessage, timestamp: new Date().toISOString() }
  return {
    payload: JSON.stringify({ errorType: 'FailedOnPurpose', errorMessage, trace: [] }),
    functionError: 'Unhandled',
    log: [...log, JSON.stringify(line)],
  }
}
