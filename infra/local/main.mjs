// The local cloud's main program: has V8's compiled code at hand for all that is loaded after this. Plain JavaScript: to run
// TypeScript, Node would first load a compiler that it does not need for what is in the cache.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../.build/compile-cache', import.meta.url)))
const { run } = await import('./run.ts')
await run(process.argv.slice(2))
