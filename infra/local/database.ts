import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Mistake } from '../mistake.ts'

const fileIn = (stateDir: string): string => join(stateDir, 'cloud.sqlite')

/**
 * Opens the cloud's SQLite database in `stateDir`, for this process alone. In WAL mode a committed transaction survives
 * a SIGKILL; it may not survive a power cut, which is no concern of a machine that one develops on.
 * Throws `Mistake` if another process has it, if it is not a database, or if there can be no such folder.
 */
export function openDatabase(stateDir: string): DatabaseSync {
  try {
    mkdirSync(stateDir, { recursive: true })
  } catch (error) {
    throw new Mistake(`The state folder ${stateDir} cannot be used (${reason(error)}); choose another with --state`)
  }
  try {
    return openAlone(stateDir)
  } catch (error) {
    if (isLocked(error)) throw inUse(stateDir)
    throw damaged(stateDir, error)
  }
}

/** What an error says to whoever starts: SQLite's, of whichever database in `stateDir`, that the folder is damaged. */
export const asMistake = (stateDir: string, error: unknown): unknown =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' ? damaged(stateDir, error) : error

/** Deletes the state folder. Throws `Mistake` if it is in use, or if it is something else: that is never deleted. */
export function deleteState(stateDir: string): void {
  if (!existsSync(stateDir)) return
  if (!existsSync(fileIn(stateDir)) && !isEmptyFolder(stateDir))
    throw new Mistake(`${stateDir} is not a state folder of Ensemble, so --fresh does not delete it`)
  try {
    openAlone(stateDir).close()
  } catch (error) {
    if (isLocked(error)) throw inUse(stateDir)
  }
  rmSync(stateDir, { recursive: true, force: true })
}

/** Does all of `work` or, if it throws, none of it; within another transaction it simply joins. */
export function transactions(database: DatabaseSync): <Result>(work: () => Result) => Result {
  const begin = database.prepare('BEGIN')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  return (work) => {
    if (database.isTransaction) return work()
    begin.run()
    try {
      const result = work()
      commit.run()
      return result
    } catch (error) {
      if (database.isTransaction) rollback.run()
      throw error
    }
  }
}

const isEmptyFolder = (path: string): boolean => statSync(path).isDirectory() && readdirSync(path).length === 0

function openAlone(stateDir: string): DatabaseSync {
  const database = new DatabaseSync(fileIn(stateDir))
  try {
    // The exclusive lock ends with the process, however it ends: no stale lock file can be left.
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT',
    )
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isLocked = (error: unknown): boolean => /locked|busy/.test(reason(error))
const damaged = (stateDir: string, error: unknown): Mistake =>
  new Mistake(`The state folder ${stateDir} is damaged (${reason(error)}); start with --fresh to begin anew`)
const inUse = (stateDir: string): Mistake =>
  new Mistake(
    `The state folder ${stateDir} is in use by another Ensemble; stop that one or choose another folder with --state`,
  )
