// `npm start` and `npm run dev`: installs what is missing, then hands over to the local cloud under Node 24.
import { spawn } from 'node:child_process'
import { installJava, installPackages, node24 } from './install.mjs'

if (!process.argv.includes('--help')) installJava()
installPackages()

const main = new URL('main.mjs', import.meta.url)
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main.href)
} else {
  const child = spawn(node24, [main.pathname, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
}
