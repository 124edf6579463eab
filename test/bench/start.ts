import { newStateDir, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, post } from '../support/registration.ts'
import { until } from '../support/until.ts'
import { watchMemory } from './processes.ts'
import { median, round } from './statistics.ts'

const STARTS = 5

interface Start {
  readonly readyMs: number
  readonly first202Ms: number
  readonly peakMiB: number
}

/** From spawning the program, everything built, to `ready` and to the first 202; with empty and with kept state. */
export async function start(): Promise<readonly object[]> {
  const stateDir = newStateDir()
  try {
    const first = await once(stateDir)
    const later: Start[] = []
    for (let run = 1; run < STARTS; run++) later.push(await once(stateDir))
    const middle = (of: (start: Start) => number) => round(median(later.map(of)), 0)
    return [
      { start: 'empty state', ...first },
      {
        start: `kept state, median of ${later.length}`,
        readyMs: middle(({ readyMs }) => readyMs),
        first202Ms: middle(({ first202Ms }) => first202Ms),
        peakMiB: middle(({ peakMiB }) => peakMiB),
      },
    ]
  } finally {
    removeStateDir(stateDir)
  }
}

/** One start with one registration whose mail has come: by then every function of it is warm. */
async function once(stateDir: string): Promise<Start> {
  const startedAt = performance.now()
  const cloud = await startCloud(stateDir)
  const readyMs = round(performance.now() - startedAt, 0)
  const peak = watchMemory(cloud.pid)
  try {
    await until(async () => {
      const { status } = await post(cloud, { name: 'Ada', email: newEmail() })
      if (status !== 202) throw new Error(`The first registration was answered ${status}`)
    })
    const first202Ms = round(performance.now() - startedAt, 0)
    await cloud.settled()
    return { readyMs, first202Ms, peakMiB: peak() }
  } finally {
    await cloud.stop()
  }
}
