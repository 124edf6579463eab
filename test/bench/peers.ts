import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import * as z from 'zod'
import { Mistake } from '../../infra/mistake.ts'
import { root } from '../../infra/paths.ts'

/** The floor without any tool, and the fastest of the other tools. */
const COMPARED = 'plain-node,serverless-offline:inprocess+dynalite'

const Spread = z.object({ p50: z.number(), p99: z.number() })
const Line = z.object({
  peer: z.string(),
  cold: z.object({ medianFirst202Ms: z.number() }),
  load: z.object({
    regPerSec: z.number(),
    postMs: Spread,
    endToEndMs: Spread,
    rssMiB: z.object({ peakTotal: z.number() }),
  }),
  kill: z.object({ lostRegistrations: z.number() }),
})

/**
 * Ensemble beside other local tools that do the same job, all from one run of a harness in `folder`, whose `run.mjs`
 * takes adapters. Throws a `Mistake` if that does not work.
 */
export function peers(folder: string): readonly object[] {
  const args = [join(folder, 'run.mjs'), '--peer', COMPARED, '--adapter', join(root, 'test/bench/peers-adapter.mjs')]
  const { stdout, status } = spawnSync(process.execPath, [...args, '--phases', 'cold,load,kill'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Mistake(`The comparison in ${folder} did not work: see what it says above.`)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)))
  return lines.map(({ peer, cold, load, kill }) => ({
    tool: peer,
    'registrations/s': load.regPerSec,
    'POST p99 ms': load.postMs.p99,
    'end to end p50 ms': load.endToEndMs.p50,
    'end to end p99 ms': load.endToEndMs.p99,
    'peak MiB': load.rssMiB.peakTotal,
    'first 202 ms': cold.medianFirst202Ms,
    'lost at SIGKILL': kill.lostRegistrations,
  }))
}
