import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BUILD_DIR } from '../paths.ts'
import type { Cloud } from './cloud.ts'

/** `npm run dev`: bundles what changes, and has the functions it is in loaded anew. */
export async function watch({ reload }: Pick<Cloud, 'reload'>): Promise<void> {
  // esbuild is loaded only where it is needed.
  const { buildFunctions, functionEntries } = await import('../bundles.ts')
  const files = functionEntries().map(({ name }) => join(BUILD_DIR, 'functions', name, 'index.js'))
  const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
  let before = new Map(files.map((file) => [file, hashOf(file)]))
  await buildFunctions({
    watch: {
      signal: new AbortController().signal,
      onBuilt: (problem) => {
        if (problem) return console.error(problem.message)
        const after = new Map(files.map((file) => [file, hashOf(file)]))
        const changed = files.filter((file) => before.get(file) !== after.get(file)).map(dirname)
        before = after
        if (changed.length === 0) return
        reload(changed)
        console.log(`reloaded ${changed.map((folder) => folder.split('/').at(-1)).join(', ')}`)
      },
    },
  })
}
