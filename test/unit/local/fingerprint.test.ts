import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { isUpToDate, markUpToDate, parts, SOURCES } from '../../../infra/build-state.ts'
import { fingerprint } from '../../../infra/fingerprint.ts'

type Files = Readonly<Record<string, string>>

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ensemble-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
/** A folder that holds these files. */
function folderWith(files: Files): string {
  const root = folder()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}
const hashOf = (files: Files, ...more: readonly string[]) => fingerprint(folderWith(files), ['src', 'a.json'], ...more)

const files = { 'src/a.ts': '1', 'src/deep/b.ts': '2', 'a.json': '{}', 'other.ts': '3' }

test('a fingerprint is the same for the same files, wherever and in whatever order they are', () => {
  const hash = hashOf(files)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(hashOf(Object.fromEntries(Object.entries(files).reverse()))).toBe(hash)
  expect(fingerprint(folderWith(files), ['a.json', 'src'])).toBe(hash)
  expect(hashOf({ ...files, 'other.ts': 'changed' }), 'what is not asked for').toBe(hash)
})

test.each<[string, Files, string[]]>([
  ['a changed file', { ...files, 'src/deep/b.ts': '22' }, []],
  ['a new file', { ...files, 'src/c.ts': '' }, []],
  ['a file less', { 'src/a.ts': '1', 'a.json': '{}' }, []],
  ['a renamed file', { 'src/z.ts': '1', 'src/deep/b.ts': '2', 'a.json': '{}' }, []],
  ['a moved file', { 'src/a.ts': '1', 'src/b.ts': '2', 'a.json': '{}' }, []],
  ['swapped contents', { ...files, 'src/a.ts': '2', 'src/deep/b.ts': '1' }, []],
  ['more words', files, ['more']],
])('a fingerprint differs for %s', (_, changed, more) => {
  expect(hashOf(changed, ...more)).not.toBe(hashOf(files))
})

test('no content of one file can pass for two', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\0', '/', '1') }),
      fc.string({ unit: fc.constantFrom('b', '\0', '1') }),
      (one, two) => {
        const root = folderWith({ 'src/a': one, 'src/b': two })
        const both = fingerprint(root, ['src'])
        rmSync(join(root, 'src/b'))
        for (const joined of [`${one}src/b\0${two}`, `${one}src/b${two}`, `${one}\0src/b\0${two}`]) {
          writeFileSync(join(root, 'src/a'), joined)
          expect(fingerprint(root, ['src'])).not.toBe(both)
        }
        rmSync(root, { recursive: true })
      },
    ),
    { numRuns: 30 },
  )
})

test('what words say is not what other words say', () => {
  expect(hashOf(files, 'ab', 'c')).not.toBe(hashOf(files, 'a', 'bc'))
})

test('a part is up to date from when it is marked until what it is made of changes, or it is gone', () => {
  const root = folder()
  const part = { name: 'site', folder: join(root, 'site'), stamp: 'one' } as const
  expect(isUpToDate(part)).toBe(false)
  mkdirSync(part.folder)
  expect(isUpToDate(part)).toBe(false)
  markUpToDate(part)
  expect(isUpToDate(part)).toBe(true)
  expect(isUpToDate({ ...part, stamp: 'two' })).toBe(false)
  renameSync(part.folder, `${part.folder}-away`)
  expect(isUpToDate(part)).toBe(false)
})

test('the parts are built in the order in which they need each other, and only the app depends on its context', () => {
  const [one, two] = [parts('/out', { stage: 'dev' }), parts('/out', { stage: 'prod' })]
  expect(one.map(({ name }) => name)).toEqual(['functions', 'site', 'docs', 'console', 'assembly'])
  expect(one.at(-1)?.folder).toBe('/out')
  expect(one.map(({ stamp }, index) => stamp === two[index]?.stamp)).toEqual([true, true, true, true, false])
  expect(parts('/out', { stage: 'dev' })).toEqual(one)
})

test.each([
  ['functions', ['producers/*.ts', '{consumers,workflows}/*/!(infrastructure|definition).ts'], []],
  ['site', ['producers/site/**/*.{ts,tsx}'], []],
  ['docs', ['infra/docs/**/*.{ts,tsx}'], []],
  ['console', ['infra/local/console/ui/**/*.{ts,tsx}'], []],
  ['assembly', ['infra/app.ts', '{consumers,workflows}/*/{infrastructure,definition}.ts'], SOURCES.functions],
] as const)('%s has among its sources whatever its code imports', async (name, entries, more) => {
  const absWorkingDir = join(import.meta.dirname, '../../..')
  const { metafile } = await build({
    absWorkingDir,
    entryPoints: globSync(entries, { cwd: absWorkingDir }),
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'nowhere',
    loader: { '.css': 'empty', '.svg': 'empty' },
  })
  const covered = [...SOURCES[name], ...more]
  const files = Object.keys(metafile.inputs)
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((file) => !covered.some((path) => file === path || file.startsWith(`${path}/`)))).toEqual([])
})
