import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { buildFunctions, bundleOf, functionEntries, rebuildFunctions } from '../../infra/bundles.ts'
import { Mistake } from '../../infra/mistake.ts'

const run = promisify(execFile)
const Metafile = z.object({ inputs: z.record(z.string(), z.unknown()) })

let buildDir: string
beforeAll(async () => {
  buildDir = mkdtempSync(join(tmpdir(), 'ensemble-bundles-'))
  mkdirSync(join(buildDir, 'functions/no-longer-there'), { recursive: true })
  await buildFunctions({ buildDir })
})
afterAll(() => rmSync(buildDir, { recursive: true }))

describe('every function', () => {
  it.each(functionEntries())('$name is one small file', ({ name }) => {
    const bytes = statSync(join(bundleOf(name, buildDir), 'index.js')).size
    // Every 100 KB are some 10 ms of a cold start.
    expect(bytes).toBeLessThan(600_000)
  })

  it('runs as CommonJS', async () => {
    const script = `require(${JSON.stringify(join(bundleOf('health', buildDir), 'index.js'))}).handler({}).then((answer) => console.log(answer.body))`
    const { stdout } = await run(process.execPath, ['-e', script], {
      env: { STAGE: 'test', AWS_REGION: 'us-east-1', POWERTOOLS_DEV: 'true' },
    })
    expect(stdout).toContain('{"ok":true,"service":"ensemble"}')
    expect(JSON.parse(readFileSync(join(buildDir, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' })
  })

  it('has nothing of the CDK, and no search for credentials', () => {
    const metafile = Metafile.parse(JSON.parse(readFileSync(join(buildDir, 'functions.json'), 'utf8')))
    const inputs = Object.keys(metafile.inputs)
    expect(inputs).toContain('infra/runtime/environment-credentials.ts')
    expect(
      inputs.filter((path) => /aws-cdk-lib|constructs|credential-provider-(node|ini|sso|process)/.test(path)),
    ).toEqual([])
  })

  it('is gone when its file is', () => {
    expect(existsSync(join(buildDir, 'functions/no-longer-there'))).toBe(false)
  })
})

describe('code of somebody who is still typing', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'ensemble-typing-'))

  it('is a mistake that says where', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'typing.ts'), "import './nowhere.ts'\nexport const handler = (")
    const entries = [{ name: 'typing', path: join(dir, 'typing.ts') }]
    const building = buildFunctions({ entries, buildDir: dir })
    await expect(building).rejects.toThrow(Mistake)
    await expect(building).rejects.toThrow(/^The functions do not build:\n[\s\S]*typing\.ts:2:/)
    rmSync(dir, { recursive: true })
  })

  it('bundles again what the changed files are in, and leaves all as it was until that builds', async () => {
    const buildDir = folder()
    const file = (name: string) => join(buildDir, `${name}.ts`)
    const bundle = (name: string) => readFileSync(join(bundleOf(name, buildDir), 'index.js'), 'utf8')
    const entryOf = (name: string) => ({ name, path: file(name) })
    const entries = [entryOf('one'), entryOf('other')]
    writeFileSync(file('shared'), 'export const shared = "first"')
    for (const { path } of entries)
      writeFileSync(path, 'import { shared } from "./shared.ts"\nexport const handler = () => shared')
    await buildFunctions({ entries, buildDir })

    writeFileSync(file('one'), 'export const handler = () => "second"')
    writeFileSync(file('other'), 'export const handler = (')
    expect(await rebuildFunctions([file('one')], { entries, buildDir })).toEqual(['one'])
    expect(bundle('one')).toContain('second')
    expect(bundle('other')).toContain('first')

    writeFileSync(file('one'), 'export const handler = () => "third"')
    const building = rebuildFunctions([file('one'), file('other')], { entries, buildDir })
    await expect(building).rejects.toThrow(/other\.ts:1:/)
    expect(bundle('one')).toContain('second')

    writeFileSync(file('other'), 'import { shared } from "./shared.ts"\nexport const handler = () => shared')
    expect(await rebuildFunctions([file('one'), file('other')], { entries, buildDir })).toEqual(['one'])
    writeFileSync(file('shared'), 'export const shared = "fourth"')
    expect(await rebuildFunctions([file('shared')], { entries, buildDir })).toEqual(['other'])

    writeFileSync(file('late'), 'export const handler = () => "late"')
    const more = [...entries, entryOf('late')]
    expect(await rebuildFunctions([], { entries: more, buildDir })).toEqual(['late'])
    expect(await rebuildFunctions([file('nowhere')], { entries: more, buildDir })).toEqual([])
    rmSync(buildDir, { recursive: true })
  })
})
