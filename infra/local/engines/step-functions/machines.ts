import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import { AwsError } from '../engine.ts'

export type Machine = z.output<typeof Machine>

const Machine = z.object({
  arn: z.string(),
  name: z.string(),
  /** JSON text. */
  definition: z.string(),
  roleArn: z.string(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  updatedAt: z.number(),
  /** What is only shown. */
  loggingConfiguration: z.record(z.string(), z.unknown()),
  isTraced: z.boolean(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
})

/** The state machines of this run's templates. When they were created is remembered over restarts. */
export function openMachines(database: DatabaseSync, now: () => number) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS sfn_machines (
      arn TEXT PRIMARY KEY, definition TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    ) WITHOUT ROWID`)
  const select = database.prepare(
    'SELECT definition, created_at AS createdAt, updated_at AS updatedAt FROM sfn_machines WHERE arn = ?',
  )
  const upsert = database.prepare('INSERT OR REPLACE INTO sfn_machines VALUES (?, ?, ?, ?)')
  const Dates = Machine.pick({ definition: true, createdAt: true, updatedAt: true })
  const machines = new Map<string, Machine>()

  return {
    put(machine: Omit<Machine, 'createdAt' | 'updatedAt'>): void {
      const { data: before } = Dates.safeParse(select.get(machine.arn))
      const createdAt = before?.createdAt ?? now()
      const updatedAt = before?.definition === machine.definition ? before.updatedAt : now()
      upsert.run(machine.arn, machine.definition, createdAt, updatedAt)
      machines.set(machine.arn, { ...machine, createdAt, updatedAt })
    },
    all: (): readonly Machine[] => [...machines.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    /** Throws `InvalidArn` and `StateMachineDoesNotExist`. */
    get(arn: string): Machine {
      checkArn(arn, 'stateMachine')
      const found = machines.get(arn)
      if (!found) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
      return found
    },
  }
}

/** Throws `InvalidArn` if it is not the ARN of such a resource. */
export function checkArn(arn: string, kind: 'execution' | 'stateMachine'): void {
  if (!arn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`)
  if (!new RegExp(`^arn:aws:states:[^:]*:\\d{12}:${kind}:.`).test(arn))
    throw new AwsError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn.split(':')[5] ?? ''}'`,
    )
}
