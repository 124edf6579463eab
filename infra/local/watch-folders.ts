import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join, sep } from 'node:path'

/**
 * Calls `onChange` with the path of whatever is written, made or removed in these folders and below; answers how to stop
 * it. A folder that does not exist is none. Each folder is watched by itself: `recursive` watches files on Linux, and loses one for good when
 * an editor saves it by putting another in its place. https://nodejs.org/api/fs.html#fswatchfilename-options-listener
 */
export function watchFolders(folders: readonly string[], onChange: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>()

  function follow(path: string): void {
    const inside = foldersIn(path)
    if (inside === undefined) return
    const watcher = watch(path, (event, name) => {
      const changed = name === null ? path : join(path, name)
      // What has another name now, or none, may be another folder than before.
      if (event === 'rename' && changed !== path) {
        forget(changed)
        follow(changed)
      }
      onChange(changed)
    })
    watcher.on('error', () => forget(path))
    watchers.set(path, watcher)
    for (const folder of inside) follow(folder)
  }

  function forget(path: string): void {
    for (const [folder, watcher] of watchers) {
      if (folder !== path && !folder.startsWith(path + sep)) continue
      watcher.close()
      watchers.delete(folder)
    }
  }

  for (const folder of folders) follow(folder)
  return () => {
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** `undefined` for what is no folder, or no longer. */
function foldersIn(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name))
  } catch {
    return undefined
  }
}
