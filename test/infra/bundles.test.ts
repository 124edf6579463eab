import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { buildFunctions, bundleOf, functionEntries } from '../../infra/bundles.ts'
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

  it('is built again and again while it is watched', async () => {
    const dir = folder()
    const file = join(dir, 'typing.ts')
    const index = join(bundleOf('typing', dir), 'index.js')
    const onBuilt = vi.fn<(problem: Mistake | undefined) => void>()
    const stop = new AbortController()
    writeFileSync(file, 'export const handler = () => "first"')
    try {
      await buildFunctions({
        entries: [{ name: 'typing', path: file }],
        buildDir: dir,
        watch: { signal: stop.signal, onBuilt },
      })
      await vi.waitFor(() => expect(readFileSync(index, 'utf8')).toContain('first'), 10_000)
      writeFileSync(file, 'export const handler = (')
      await vi.waitFor(() => expect(onBuilt).toHaveBeenLastCalledWith(expect.any(Mistake)), 10_000)
      writeFileSync(file, 'export const handler = () => "second"')
      await vi.waitFor(() => expect(readFileSync(index, 'utf8')).toContain('second'), 10_000)
      await vi.waitFor(() => expect(onBuilt).toHaveBeenLastCalledWith(undefined), 10_000)
    } finally {
      stop.abort()
      rmSync(dir, { recursive: true })
    }
  })
})
