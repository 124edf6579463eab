import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where everything that is built goes; git ignores it. */
export const BUILD_DIR = join(root, '.build')

/** V8's compiled code, of the local cloud (see infra/local/main.mjs) and of the functions; it may be deleted at any time. */
export const COMPILE_CACHE = join(BUILD_DIR, 'compile-cache')
