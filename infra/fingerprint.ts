import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A hash over the names and contents of files and folders: changes if and only if any of them does. */
export function fingerprint(root: string, paths: readonly string[], ...more: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(more))
  for (const file of paths.flatMap((path) => filesOf(root, path)).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function filesOf(root: string, path: string): string[] {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [path]
  return readdirSync(join(root, path)).flatMap((name) => filesOf(root, join(path, name)))
}
