import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../infra/paths.ts'
import { accounts } from './accounts.ts'
import { attend } from './attend.ts'
import { cancel } from './cancel.ts'
import { cold } from './cold.ts'
import { consolePages } from './console.ts'
import { list } from './list.ts'
import { match } from './match.ts'
import { orders } from './orders.ts'
import { peers } from './peers.ts'
import { register } from './register.ts'
import { replay } from './replay.ts'
import { start } from './start.ts'

const HELP = `Benchmarks: each figure beside something measured in the same run.

  npm run bench -- [register] [cold] [start] [match] [replay] [accounts] [console] [attend] [cancel] [list] [orders]
  npm run bench -- --peers DIR    beside other local tools, by the harness in DIR
`
const BENCHES: Readonly<Record<string, () => Promise<readonly object[]>>> = {
  register,
  cold,
  start,
  match,
  replay,
  accounts,
  console: consolePages,
  attend,
  cancel,
  list,
  // The last: it makes an environment of this process in which functions run.
  orders,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, peers: { type: 'string' } },
})
const unknown = positionals.filter((name) => !BENCHES[name])
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.`)
  console.log(HELP)
  process.exit(unknown.length > 0 ? 1 : 0)
}

spawnSync(process.execPath, [join(root, 'infra/build.ts')], { stdio: 'inherit' })
for (const [name, bench] of Object.entries(BENCHES)) {
  if ((positionals.length > 0 || values.peers) && !positionals.includes(name)) continue
  console.log(`\n${name}`)
  console.table(await bench())
}
if (values.peers) {
  console.log('\npeers')
  console.table(peers(values.peers))
}
