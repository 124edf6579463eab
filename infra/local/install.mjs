// Installs what a bare machine lacks. Plain JavaScript for the Node that happens to be there (18 or newer) and without
// dependencies: nothing is installed yet when this runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const node24 = `${root}node_modules/.bin/node`
const stamp = `${root}node_modules/.installed`
const JAVA = 17

/** Says one sentence and ends the process. */
function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function run(command, args, quiet = false) {
  return spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
  })
}

/** The packages of the lock file, the Node of the Lambda runtime among them. */
export function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node24)) return
  console.log('Installing the packages (about half a minute, once) …')
  // Not `npm ci`: it refuses a lock file whose registry had no builds of some optional package for other platforms.
  const { status } = run('npm', ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'])
  if (status !== 0 || !existsSync(node24))
    fail('npm could not install the packages: see what it says above, then try again.')
  writeFileSync(stamp, wanted)
}

/** Java, for DynamoDB Local. */
export function installJava() {
  if (javaVersion() >= JAVA) return
  install(`openjdk-${JAVA}-jre-headless`, `Java ${JAVA} or newer`)
  if (javaVersion() < JAVA) fail(`Java ${JAVA} or newer is needed for DynamoDB Local, and "java" is none.`)
}

/** A browser, for the tests that need one. */
export function installChromium() {
  if (run('chromium', ['--version'], true).status !== 0) install('chromium', 'Chromium')
}

/** The AWS CLI, for the tests that do what the README tells people to do. */
export function installAwsCli() {
  if (run('aws', ['--version'], true).status !== 0) install('awscli', 'The AWS CLI')
}

/** Python's AWS library, for the tests that drive the local endpoint with it. */
export function installBoto3() {
  const hasIt = ['/usr/bin/python3', 'python3'].some((python) => run(python, ['-c', 'import boto3'], true).status === 0)
  if (!hasIt) install('python3-boto3', "Python's boto3")
}

function javaVersion() {
  const { stderr } = run('java', ['-version'], true)
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}

function install(debianPackage, what) {
  const command = `apt-get install -y --no-install-recommends ${debianPackage}`
  const canInstall = process.getuid?.() === 0 && run('apt-get', ['--version'], true).status === 0
  if (!canInstall) fail(`${what} is needed: install it and try again (on Debian and Ubuntu: sudo ${command}).`)
  console.log(`Installing ${what} …`)
  const quiet = ['-qq', '-o=Dpkg::Use-Pty=0']
  const done =
    run('apt-get', [...quiet, 'update'], true).status === 0 &&
    run('apt-get', [...quiet, ...command.split(' ').slice(1)], true).status === 0
  if (!done) fail(`${what} could not be installed; try it by hand: ${command}`)
}
