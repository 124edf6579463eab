import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Mistake } from '../mistake.ts'

/**
 * Opens the cloud's SQLite database in `stateDir`, for this process alone. In WAL mode a committed transaction survives
 * a SIGKILL; it may not survive a power cut, which is no concern of a machine that one develops on.
 * Throws `Mistake` if another process has it or it is not a database.
 */
export function openDatabase(stateDir: string): DatabaseSync {
  mkdirSync(stateDir, { recursive: true })
  const database = new DatabaseSync(join(stateDir, 'cloud.sqlite'))
  try {
    // The exclusive lock ends with the process, however it ends: no stale lock file can be left.
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT',
    )
  } catch (error) {
    database.close()
    const locked = error instanceof Error && /locked|busy/.test(error.message)
    throw new Mistake(
      locked
        ? `The state folder ${stateDir} is in use by another Ensemble; stop that one or choose another folder with --state`
        : `The state folder ${stateDir} is damaged (${error instanceof Error ? error.message : error}); start with --fresh to begin anew`,
    )
  }
  return database
}
