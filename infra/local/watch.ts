import { dirname, extname, join, relative } from 'node:path'
import { functionsPart, markOutOfDate } from '../build-state.ts'
import { Mistake } from '../mistake.ts'
import { BUILD_DIR, root } from '../paths.ts'
import type { Cloud } from './start-cloud.ts'
import { watchFolders } from './watch-folders.ts'

const FOLDERS = ['schemas', 'producers', 'consumers', 'workflows', 'infra/runtime'].map((folder) => join(root, folder))
/** An editor may write a file in several steps, and a person several files at once. */
const PAUSE_MS = 30
const DECLARATION = /^consumers\/[^/]+\/(consumer|infrastructure)\.ts$/

/**
 * `npm run dev`: bundles what changes, and has the functions it is in loaded anew. Code that does not build is told of,
 * and what was there before goes on. What is provisioned changes only by a new start.
 */
export async function watch({ reload }: Pick<Cloud, 'reload'>): Promise<void> {
  // esbuild is loaded only where it is needed.
  const { bundleOf, functionEntries, rebuildFunctions } = await import('../bundles.ts')
  const entries = functionEntries()
  const running = new Set(entries.map(({ name }) => name))
  const known = new Set(entries.map(({ path }) => path))
  /** What has been saved since all of it was built. */
  const unbuilt = new Set<string>()
  let isBroken = false

  async function build(): Promise<void> {
    const startedAt = performance.now()
    // A start does not know what was rebuilt here, and bundles everything.
    markOutOfDate(functionsPart())
    const built = await rebuildFunctions([...unbuilt])
    unbuilt.clear()
    const changed = built.filter((name) => running.has(name))
    reload(changed.map((name) => bundleOf(name, BUILD_DIR)))
    const ms = Math.round(performance.now() - startedAt)
    if (changed.length > 0) console.log(`reloaded ${changed.join(', ')} (${ms} ms)`)
    else if (isBroken) console.log('The functions build again.')
    isBroken = false
  }

  /** What a reload does not change: rules, queues, rights, and functions that were not there. */
  function tellWhatIsProvisioned(paths: readonly string[]): void {
    for (const path of paths.filter((each) => DECLARATION.test(each) && known.has(join(dirname(each), 'handler.ts'))))
      console.log(`${path} has changed: start again for what it provisions.`)
    for (const { path } of functionEntries().filter((entry) => !known.has(entry.path))) {
      known.add(path)
      console.log(`${path} is a new function: start again to have it.`)
    }
  }

  /** Nothing that somebody may save ends what runs. */
  async function take(files: ReadonlySet<string>): Promise<void> {
    for (const file of files) unbuilt.add(file)
    try {
      await build()
      tellWhatIsProvisioned([...files].map((file) => relative(root, file)))
    } catch (error) {
      isBroken = true
      const problem = error instanceof Mistake ? error.message : error
      console.error(`\n${problem}\n\nUntil that is mended the functions are as they were.`)
    }
  }

  let taken = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let saved = new Set<string>()
  watchFolders(FOLDERS, (file) => {
    if (!['.ts', ''].includes(extname(file))) return
    saved.add(file)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const files = saved
      saved = new Set()
      taken = taken.then(() => take(files))
    }, PAUSE_MS)
  })
}
