import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { newStateDir, removeStateDir } from '../support/cloud.ts'
import { ReplayMemory } from '../support/replaying-process.ts'

const MIB = 2 ** 20

test('replaying 50,000 events takes no more memory than replaying 5,000', { timeout: 300_000 }, async () => {
  const stateDir = newStateDir()
  try {
    const program = fileURLToPath(new URL('../support/replaying-process.ts', import.meta.url))
    // The space for new objects would grow as it likes, up to tens of MiB.
    const options = ['--expose-gc', '--max-semi-space-size=1']
    const args = [...options, program, stateDir, '5000', '50000']
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
    const [few, many] = ReplayMemory.parse(JSON.parse(stdout))
    expect(stderr).toBe('')
    expect([few?.delivered, many?.delivered]).toEqual([5_000, 50_000])
    // One reference kept per event would be more.
    expect(many?.heapUsed).toBeLessThan((few?.heapUsed ?? 0) + 5 * MIB)
    // What SQLite has, and pages that the heap has not given back yet: the events alone would be as much.
    expect(many?.residentSet).toBeLessThan((few?.residentSet ?? 0) + 100 * MIB)
  } finally {
    removeStateDir(stateDir)
  }
})
