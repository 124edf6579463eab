import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchFolders } from '../../../infra/local/watch-folders.ts'
import { until } from '../../support/until.ts'
import { temporaryFolder } from './cloud-context.ts'

function watched() {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/b/file'), '0')
  const onChange = vi.fn<(path: string) => void>()
  onTestFinished(watchFolders([folder, join(folder, 'nowhere')], onChange))
  /** Does something, and waits until it is told of this path. */
  async function expectChange(path: string, change: () => void): Promise<void> {
    onChange.mockClear()
    change()
    await until(() => expect(onChange).toHaveBeenCalledWith(join(folder, path)))
  }
  return { at: (path: string) => join(folder, path), expectChange }
}

test('a file that is written, made and removed, however deep', async () => {
  const { at, expectChange } = watched()
  await expectChange('a/b/file', () => writeFileSync(at('a/b/file'), '1'))
  await expectChange('new', () => writeFileSync(at('new'), '1'))
  await expectChange('a/b/file', () => rmSync(at('a/b/file')))
})

test('a file whose place another one takes, again and again', async () => {
  const { at, expectChange } = watched()
  for (const text of ['1', '2', '3']) {
    await expectChange('a/b/file', () => {
      writeFileSync(at('other'), text)
      renameSync(at('other'), at('a/b/file'))
    })
  }
  await expectChange('a/b/file', () => writeFileSync(at('a/b/file'), '4'))
})

test('a folder that comes, goes, and comes again', async () => {
  const { at, expectChange } = watched()
  for (const _ of [1, 2]) {
    await expectChange('c', () => mkdirSync(at('c/d'), { recursive: true }))
    await expectChange('c/d/file', () => writeFileSync(at('c/d/file'), '1'))
    await expectChange('c/d/file', () => writeFileSync(at('c/d/file'), '2'))
    await expectChange('c', () => rmSync(at('c'), { recursive: true }))
  }
})

test('a folder under another name', async () => {
  const { at, expectChange } = watched()
  await expectChange('z', () => renameSync(at('a'), at('z')))
  await expectChange('z/b/file', () => writeFileSync(at('z/b/file'), '1'))
})
