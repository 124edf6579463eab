import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, type BuildResult, build, formatMessages, type Message, type OutputFile } from 'esbuild'
import * as z from 'zod'
import { Mistake } from './mistake.ts'
import { BUILD_DIR, root } from './paths.ts'

/** One Lambda function to be: a file that exports `handler`. */
export interface FunctionEntry {
  /** Without the stage: the name of the file, or of the folder where the file is `handler.ts`. */
  readonly name: string
  /** Relative to the repository, e.g. `consumers/notify-owner/handler.ts`. */
  readonly path: string
}

const HANDLER = /^export (const|function|async function) handler\b/m

/** Every function of the app. Nobody lists them: exporting `handler` is what makes a file one. */
export function functionEntries(): readonly FunctionEntry[] {
  const files = globSync(['producers/*.ts', 'consumers/*/*.ts', 'workflows/*/*.ts'], { cwd: root }).sort()
  const entries = files
    .filter((path) => HANDLER.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => ({ name: basename(path) === 'handler.ts' ? basename(dirname(path)) : basename(path, '.ts'), path }))
  const byName = Object.groupBy(entries, ({ name }) => name)
  for (const [name, same = []] of Object.entries(byName)) {
    if (same.length > 1)
      throw new Mistake(`Two functions are named ${name}: ${same.map(({ path }) => path).join(', ')}.`)
  }
  return entries
}

/** The folder that is uploaded for a function. */
export const bundleOf = (name: string, buildDir: string): string => join(buildDir, 'functions', name)

const options = (entries: readonly FunctionEntry[], buildDir: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: entries.map(({ name, path }) => ({ in: path, out: `${name}/index` })),
  outdir: join(buildDir, 'functions'),
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS starts some 20 ms faster than ESM; the ES modules of packages that have both are a third smaller.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // On Lambda credentials come from the environment; the SDK's search through files and metadata servers costs 40 % of a
  // function's cold start.
  alias: {
    '@aws-sdk/credential-provider-node': fileURLToPath(import.meta.resolve('./runtime/environment-credentials.ts')),
  },
  metafile: true,
  logLevel: 'silent',
})

const Messages = z.array(z.custom<Message>((message) => typeof message === 'object' && message !== null))

interface Where {
  readonly entries?: readonly FunctionEntry[]
  readonly buildDir?: string
}

/**
 * Bundles every function with one call of esbuild, to `<buildDir>/functions/<name>/index.js`, and writes its metafile
 * beside them (`functions.json`), which tells what is in each and how large it is. Throws a `Mistake` if the code does
 * not build. https://esbuild.github.io/api/#build
 */
export async function buildFunctions({ entries = functionEntries(), buildDir = BUILD_DIR }: Where = {}): Promise<void> {
  await prepare(entries, buildDir)
  const { metafile } = await bundle(options(entries, buildDir))
  await writeMetafile(metafile, buildDir)
}

/**
 * Bundles again the functions that any of these files is in (absolute paths), and those that have no bundle yet. Answers
 * the names of those whose bundles are other than before. Throws a `Mistake` if the code does not build; all bundles are
 * then as they were.
 */
export async function rebuildFunctions(
  files: readonly string[],
  { entries = functionEntries(), buildDir = BUILD_DIR }: Where = {},
): Promise<readonly string[]> {
  const before = Metafile.parse(JSON.parse(await readFile(join(buildDir, METAFILE), 'utf8')))
  const affected = entries.filter((entry) => {
    const inputs = inputsOf(entry, before)
    return inputs === undefined || files.some((file) => inputs.has(file))
  })
  if (affected.length === 0) return []
  const { metafile, outputFiles = [] } = await bundle({ ...options(affected, buildDir), write: false })
  const changed = outputFiles.filter(({ path, contents }) => !existsSync(path) || !readFileSync(path).equals(contents))
  await Promise.all(changed.map(replace))
  const { inputs, outputs } = Metafile.parse(metafile)
  const after = { inputs: { ...before.inputs, ...inputs }, outputs: { ...before.outputs, ...outputs } }
  await writeMetafile(after, buildDir)
  return changed.map(({ path }) => basename(dirname(path)))
}

const METAFILE = 'functions.json'
const Metafile = z.object({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), z.looseObject({ entryPoint: z.string(), inputs: z.record(z.string(), z.unknown()) })),
})

const writeMetafile = (metafile: unknown, buildDir: string): Promise<void> =>
  writeFile(join(buildDir, METAFILE), JSON.stringify(metafile))

/** The files that a function was made of, as absolute paths; `undefined` if it was not made yet. */
function inputsOf({ path }: FunctionEntry, { outputs }: z.infer<typeof Metafile>): ReadonlySet<string> | undefined {
  const output = Object.values(outputs).find(({ entryPoint }) => resolve(root, entryPoint) === resolve(root, path))
  return output && new Set(Object.keys(output.inputs).map((input) => resolve(root, input)))
}

/** In one step: somebody may be reading it. */
async function replace({ path, contents }: OutputFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, contents)
  await rename(`${path}.new`, path)
}

/** esbuild throws what is wrong with the code as an error with a list; anything else is no mistake of the code's. */
async function bundle(options: BuildOptions): Promise<BuildResult> {
  try {
    return await build(options)
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error
    const text = await formatMessages(Messages.parse(error.errors), { kind: 'error' })
    throw new Mistake(`The functions do not build:\n${text.join('').trimEnd()}`)
  }
}

async function prepare(entries: readonly FunctionEntry[], buildDir: string): Promise<void> {
  const folder = join(buildDir, 'functions')
  await mkdir(folder, { recursive: true })
  // Lambda takes a lone index.js for CommonJS; so must the local cloud, below a package that says "module".
  await writeFile(join(buildDir, 'package.json'), '{ "type": "commonjs" }\n')
  const names = new Set(entries.map(({ name }) => name))
  const gone = (await readdir(folder)).filter((name) => !names.has(name))
  await Promise.all(gone.map((name) => rm(join(folder, name), { recursive: true })))
}

/** Throws a `Mistake` if something that the synthesis needs has not been built. */
export function mustBeBuilt(folder: string, what: string): string {
  if (!existsSync(folder)) throw new Mistake(`${what} is not built yet: there is no ${folder}.`)
  return folder
}
