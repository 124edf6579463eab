// `npm test`: installs what is missing, builds, and runs every test under Node 24. What follows `--` goes to Vitest.
import { spawnSync } from 'node:child_process'
import {
  installAwsCli,
  installBoto3,
  installChromium,
  installJava,
  installPackages,
  node24,
  root,
} from '../infra/local/install.mjs'

installJava()
installChromium()
installAwsCli()
installBoto3()
installPackages()

const run = (...args) => spawnSync(node24, args, { cwd: root, stdio: 'inherit' }).status ?? 1
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
process.exit(run('infra/build.ts') || run(...vitest, ...process.argv.slice(2)))
