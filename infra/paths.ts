import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where everything that is built goes; git ignores it. */
export const BUILD_DIR = join(root, '.build')
