import type { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'

/** How an execution went, in short. */
export interface Course {
  /** The state that it is in or, once it has ended, ended in: how it came out for those whom its status does not tell. */
  readonly lastState: string | undefined
  /** A state failed, and the machine had something to do about that, such as to undo what came before. */
  readonly caught: boolean
}

const Row = z.object({ lastState: z.string().nullable(), caught: z.number() })

/** Events of one execution, from its first: a list asks of many, and one that goes in circles has thousands. */
const MOST_LOOKED_AT = 500

/** Tells the course of an execution, by its number in the store, from its history. */
export function openCourses(database: DatabaseSync): (execution: number) => Course {
  const select = database.prepare(
    `SELECT
       (SELECT json_extract(details, '$.name') FROM sfn_history
        WHERE execution = ?1 AND scope = '' AND type LIKE '%StateEntered' ORDER BY id DESC LIMIT 1) AS lastState,
       EXISTS (SELECT 1 FROM sfn_history AS exited JOIN sfn_history AS failed
         ON failed.execution = exited.execution AND failed.id = exited.previous_id
         WHERE exited.execution = ?1 AND exited.id <= ${MOST_LOOKED_AT} AND exited.type LIKE '%StateExited'
           AND (failed.type LIKE '%Failed' OR failed.type LIKE '%TimedOut')) AS caught`,
  )
  return (execution) => {
    const { lastState, caught } = Row.parse(select.get(execution))
    return { lastState: lastState ?? undefined, caught: caught === 1 }
  }
}
