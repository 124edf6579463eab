import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { buildFunctions, bundleOf, functionEntries, functionRebuilder } from '../../infra/bundles.ts'
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
    const script = `require(${JSON.stringify(join(bundleOf('health', buildDir), 'index.js'))}).handler({ headers: {} }).then((answer) => console.log(answer.body))`
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

  it('leaves the bundles as they were until it builds again', async () => {
    const dir = folder()
    const file = join(dir, 'typing.ts')
    const bundle = () => readFileSync(join(bundleOf('typing', dir), 'index.js'), 'utf8')
    writeFileSync(file, 'export const handler = () => "first"')
    const { rebuild, dispose } = await functionRebuilder({ entries: [{ name: 'typing', path: file }], buildDir: dir })
    try {
      expect(await rebuild()).toEqual(['typing'])
      expect(bundle()).toContain('first')
      expect(await rebuild()).toEqual([])
      writeFileSync(file, 'export const handler = (')
      await expect(rebuild()).rejects.toThrow(/typing\.ts:1:/)
      expect(bundle()).toContain('first')
      writeFileSync(file, 'export const handler = () => "second"')
      expect(await rebuild()).toEqual(['typing'])
      expect(bundle()).toContain('second')
    } finally {
      await dispose()
      rmSync(dir, { recursive: true })
    }
  })
})
