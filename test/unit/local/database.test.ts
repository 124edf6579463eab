import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asMistake, deleteState, openDatabase } from '../../../infra/local/database.ts'
import { Mistake } from '../../../infra/mistake.ts'
import { temporaryFolder } from './cloud-context.ts'

const inUse = (folder: string) =>
  new Mistake(
    `The state folder ${folder} is in use by another Ensemble; stop that one or choose another folder with --state`,
  )

/** Opens the database in a process of its own, as another Ensemble would; answers the process once it has it. */
async function openElsewhere(folder: string) {
  const url = new URL('../../../infra/local/database.ts', import.meta.url)
  const code = `const { openDatabase } = await import(${JSON.stringify(url)})
    const database = openDatabase(${JSON.stringify(folder)})
    database.exec('CREATE TABLE IF NOT EXISTS kept (n INTEGER)')
    database.exec('INSERT INTO kept VALUES (1)')
    console.log('committed')
    setInterval(() => {}, 1000)`
  const process = spawn(globalThis.process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(process, 'exit')
  const kill = async () => {
    process.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  await once(process.stdout, 'data')
  return kill
}

describe('the database', () => {
  test('is made, with its folder, and opened again', () => {
    const folder = join(temporaryFolder(), 'a', 'b')
    const first = openDatabase(folder)
    first.exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (1)')
    first.close()
    const second = openDatabase(folder)
    onTestFinished(() => second.close())
    expect(second.prepare('SELECT n FROM kept').all()).toEqual([{ n: 1 }])
    expect(second.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  test('is for one at a time', () => {
    const folder = temporaryFolder()
    const first = openDatabase(folder)
    expect(() => openDatabase(folder)).toThrow(inUse(folder))
    first.close()
    openDatabase(folder).close()
  })

  test('is for one process at a time, and whatever it committed survives its SIGKILL', async () => {
    const folder = temporaryFolder()
    const kill = await openElsewhere(folder)
    expect(() => openDatabase(folder)).toThrow(inUse(folder))
    await kill()
    const database = openDatabase(folder)
    onTestFinished(() => database.close())
    expect(database.prepare('SELECT n FROM kept').all()).toEqual([{ n: 1 }])
  })

  test.each([
    ['a file that is no database', (folder: string) => writeFileSync(join(folder, 'cloud.sqlite'), 'x'.repeat(5000))],
    ['a folder where the file should be', (folder: string) => mkdirSync(join(folder, 'cloud.sqlite'))],
  ])('with %s is told of in one sentence', (_, damage) => {
    const folder = temporaryFolder()
    damage(folder)
    expect(() => openDatabase(folder)).toThrow(Mistake)
    expect(() => openDatabase(folder)).toThrow(
      /^The state folder \S+ is damaged \([^\n]+\); start with --fresh to begin anew$/,
    )
  })

  test('is told of in one sentence, too, where a damaged page is found only later, by whoever reads it', () => {
    const folder = temporaryFolder()
    const first = openDatabase(folder)
    first.exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (1)')
    first.close()
    const file = join(folder, 'cloud.sqlite')
    writeFileSync(file, readFileSync(file).fill('damaged', 4096))
    const second = openDatabase(folder)
    onTestFinished(() => second.close())
    try {
      second.prepare('SELECT n FROM kept').all()
      expect.unreachable()
    } catch (error) {
      expect(asMistake(folder, error)).toEqual(
        new Mistake(
          `The state folder ${folder} is damaged (database disk image is malformed); start with --fresh to begin anew`,
        ),
      )
    }
    const other = new Error('something else')
    expect(asMistake(folder, other)).toBe(other)
  })

  test('is told of in one sentence where no folder can be', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, 'a letter')
    expect(() => openDatabase(file)).toThrow(Mistake)
    expect(() => openDatabase(join(file, 'state'))).toThrow(
      /^The state folder \S+ cannot be used \([^\n]+\); choose another with --state$/,
    )
    expect(existsSync(file)).toBe(true)
  })
})

describe('a fresh start', () => {
  test('deletes a state folder, damaged or not', () => {
    const folder = temporaryFolder()
    openDatabase(folder).close()
    writeFileSync(join(folder, 'more'), '')
    deleteState(folder)
    expect(existsSync(folder)).toBe(false)

    mkdirSync(folder)
    writeFileSync(join(folder, 'cloud.sqlite'), 'x'.repeat(5000))
    deleteState(folder)
    expect(existsSync(folder)).toBe(false)
  })

  test('takes an empty folder, and one that is not there', () => {
    const folder = temporaryFolder()
    deleteState(folder)
    deleteState(folder)
    expect(existsSync(folder)).toBe(false)
  })

  test('deletes nothing else', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'thesis.txt')
    writeFileSync(file, '')
    for (const path of [folder, file]) {
      expect(() => deleteState(path)).toThrow(
        new Mistake(`${path} is not a state folder of Ensemble, so --fresh does not delete it`),
      )
    }
    expect(existsSync(file)).toBe(true)
  })

  test('deletes nothing under another Ensemble', () => {
    const folder = temporaryFolder()
    const database = openDatabase(folder)
    onTestFinished(() => database.close())
    expect(() => deleteState(folder)).toThrow(inUse(folder))
    expect(existsSync(join(folder, 'cloud.sqlite'))).toBe(true)
  })
})
