// `npm test`: installs what is missing, builds, and runs the tests under Node 24. What follows `--` goes to Vitest; without a
// project in it, tests run once, and not under chaos again.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

// Hundreds of processes load the same modules: compiled code is kept for as long as they run.
const NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'ensemble-compiled-'))
const env = { ...process.env, NODE_COMPILE_CACHE }
const run = (...args) => spawnSync(node24, args, { cwd: root, stdio: 'inherit', env }).status ?? 1
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts']
const given = process.argv.slice(2)
const projects = given.some((arg) => arg.startsWith('--project')) ? [] : ['--project=!chaos']
const status = run('infra/build.ts') || run(...vitest, ...projects, ...given)
rmSync(NODE_COMPILE_CACHE, { recursive: true, force: true })
process.exit(status)
