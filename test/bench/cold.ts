import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import * as z from 'zod'
import { functionEntries } from '../../infra/bundles.ts'
import { BUILD_DIR, root } from '../../infra/paths.ts'
import { median, round } from './statistics.ts'

const RUNS = 11

// What the infrastructure gives a function; the values do not matter for loading.
const ENVIRONMENT = {
  STAGE: 'dev',
  CONSUMER: 'bench',
  REGISTRATION_TTL_SECONDS: '60',
  POWERTOOLS_SERVICE_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
}

const CLIENTS: Readonly<Record<string, string>> = {
  'client-eventbridge': 'EventBridgeClient',
  'client-dynamodb': 'DynamoDBClient',
  'client-ses': 'SESClient',
  'client-secrets-manager': 'SecretsManagerClient',
}

/**
 * Each function: its bundle, and what loading it takes in a fresh process, beside a bare handler that makes the same SDK
 * clients and nothing else, bundled by esbuild's defaults for Lambda, and beside an empty file.
 */
export async function cold(): Promise<readonly object[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-bench-'))
  try {
    const empty = join(folder, 'empty.cjs')
    writeFileSync(empty, '')
    const rows: object[] = []
    for (const { name, path } of functionEntries()) {
      const file = join(BUILD_DIR, 'functions', name, 'index.js')
      const clients = clientsOf(path)
      const bare = clients.length > 0 ? await bareHandler(name, clients, folder) : empty
      const [ours = 0, theirs = 0, node = 0] = loadTimes([file, bare, empty])
      rows.push({
        function: name,
        kB: Math.round(statSync(file).size / 1000),
        clients: clients.map((client) => client.replace('client-', '')).join(' ') || 'none',
        initMs: round(ours),
        bareMs: round(theirs),
        ratioToBare: clients.length > 0 ? round(ours / theirs, 2) : 'no client',
        nodeStartMs: round(node),
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const Metafile = z.object({
  inputs: z.record(z.string(), z.object({ imports: z.array(z.object({ path: z.string(), kind: z.string() })) })),
})

/** The SDK clients that a function loads when it starts: what it may import later is bundled, but not run. */
function clientsOf(entry: string): string[] {
  const { inputs } = Metafile.parse(JSON.parse(readFileSync(join(BUILD_DIR, 'functions.json'), 'utf8')))
  const loaded = new Set([entry])
  for (const file of loaded) {
    for (const { path, kind } of inputs[file]?.imports ?? []) if (kind !== 'dynamic-import') loaded.add(path)
  }
  const files = [...loaded]
  return Object.keys(CLIENTS).filter((client) => files.some((path) => path.includes(`/@aws-sdk/${client}/`)))
}

async function bareHandler(name: string, clients: readonly string[], folder: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`)
  const lines = clients.map((client) => {
    const type = CLIENTS[client]
    return `import { ${type} } from '@aws-sdk/${client}'\nexport const ${type}Instance = new ${type}({})`
  })
  await build({
    stdin: { contents: `${lines.join('\n')}\nexport const handler = async () => ({})`, resolveDir: root },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  })
  return outfile
}

/** Medians of `require` in ms, taken in turns so that a slow moment of the machine hits all of them. */
function loadTimes(files: readonly string[]): number[] {
  const script = `const { performance: p } = require('node:perf_hooks'); const t = p.now(); require(process.argv[1]); console.log(p.now() - t, t)`
  const taken = files.map((): number[] => [])
  for (let run = 0; run < RUNS; run++) {
    for (const [index, file] of files.entries()) {
      const output = execFileSync(process.execPath, ['-e', script, file], { env: ENVIRONMENT, encoding: 'utf8' })
      const [load = 0, start = 0] = output.trim().split(' ').map(Number)
      // The last file is the empty one: of it, Node's own start is what counts.
      taken[index]?.push(index === files.length - 1 ? start : load)
    }
  }
  return taken.map(median)
}
