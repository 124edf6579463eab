import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import * as ours from '../contracts.ts'
import { BUILD_DIR, root } from '../paths.ts'
import { patternOf } from '../pattern.ts'
import { asyncapi } from './asyncapi.ts'
import { openapi } from './openapi.ts'
import type { Contracts } from './pages/index.tsx'

type Pages = typeof import('./pages/index.tsx')

const bundle = async (options: BuildOptions) => {
  const { outputFiles = [] } = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    ...options,
  })
  const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
  return { js: textOf('.js'), css: textOf('.css') }
}

/**
 * Writes the documentation, all of it made from the contracts, to a folder that is part of the site:
 * `docs/openapi.json`, `docs/asyncapi.json`, pages in `docs/`, and what these load in `assets/`.
 */
export async function buildDocs(folder: string, contracts: Contracts = { ...ours, patternOf }): Promise<void> {
  const [pages, script] = await Promise.all([
    bundle({
      entryPoints: ['infra/docs/pages/index.tsx'],
      outdir: 'pages',
      platform: 'node',
      format: 'esm',
      packages: 'external',
      jsx: 'automatic',
    }),
    bundle({ entryPoints: ['infra/docs/browser.ts'], outdir: 'browser', target: 'es2022', format: 'esm' }),
  ])
  const style = asset('docs.css', pages.css)
  const code = asset('docs.js', script.js)
  const { renderPages } = await load(pages.js)
  const assets = { style: `/${style.file}`, script: `/${code.file}` }
  const files: Readonly<Record<string, string>> = {
    [style.file]: style.text,
    [code.file]: code.text,
    'docs/openapi.json': json(openapi(contracts.contexts)),
    'docs/asyncapi.json': json(asyncapi(contracts)),
    ...renderPages(contracts, assets),
  }
  await rm(folder, { recursive: true, force: true })
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
}

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`

/** A file whose name changes with its content, so that browsers may keep it for ever. */
function asset(name: string, text: string) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return { file: `assets/${name.replace('.', `-${hash}.`)}`, text }
}

/** A module has to be a file, in a place from which its packages are found. */
async function load(code: string): Promise<Pages> {
  await mkdir(BUILD_DIR, { recursive: true })
  const file = join(BUILD_DIR, `pages-${process.pid}.mjs`)
  await writeFile(file, code)
  try {
    return await import(pathToFileURL(file).href)
  } finally {
    await rm(file)
  }
}
