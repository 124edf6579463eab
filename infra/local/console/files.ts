import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/**
 * Answers with a file of the folder, `index.html` for the empty path. A path that leads out of the folder is one that
 * does not exist. Files under `assets/` are named by their content and may be kept for ever.
 */
export async function serveFile(
  folder: string,
  path: string,
  response: ServerResponse,
  notFound: () => void,
): Promise<void> {
  const file = within(folder, path || 'index.html')
  const type = file && TYPES[extname(file)]
  if (!existsSync(join(folder, 'index.html'))) return notBuilt(response)
  if (!file || !type) return notFound()
  const content = await readFile(file).catch(() => undefined)
  if (!content) return notFound()
  const lasting = path.startsWith('assets/')
  response
    .writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
    .end(content)
}

function within(folder: string, path: string): string | undefined {
  const root = resolve(folder)
  try {
    const file = resolve(root, `./${decodeURIComponent(path)}`)
    return file.startsWith(root + sep) && !file.includes('\0') ? file : undefined
  } catch {
    return undefined // not valid percent-encoding
  }
}

function notBuilt(response: ServerResponse): void {
  response
    .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'retry-after': '5' })
    .end("The console's pages have not been built yet. `npm start` builds them: look there for what went wrong.\n")
}
