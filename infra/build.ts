import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BUILD_FOLDER, type Context, isUpToDate, markUpToDate, type Part, parts, root } from './build-state.ts'

// Builds what is out of date: the functions' bundles, the site, the console, the synthesized app. A process of its own,
// so that the tools' memory is given back when it ends.

const TITLES: Readonly<Record<Part['name'], string>> = {
  functions: 'Bundling the functions',
  site: 'Building the site',
  console: 'Building the console',
  assembly: 'Synthesizing the app',
}

async function make({ name, folder }: Part, context: Context): Promise<void> {
  switch (name) {
    case 'functions': {
      const { buildFunctions } = await import('./bundles.ts')
      return buildFunctions()
    }
    case 'site':
      return viteBuild('producers/site/vite.config.ts')
    case 'console':
      return viteBuild('infra/local/console/ui/vite.config.ts')
    case 'assembly': {
      const { createApp } = await import('./app.ts')
      const app = await createApp({ context, outdir: folder })
      app.synth()
    }
  }
}

async function viteBuild(configFile: string): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: join(root, configFile), logLevel: 'warn' })
}

const { values } = parseArgs({
  options: { assembly: { type: 'string' }, context: { type: 'string', short: 'c', multiple: true } },
})
const context = Object.fromEntries((values.context ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
for (const part of parts(resolve(values.assembly ?? join(BUILD_FOLDER, 'cloud')), context)) {
  if (isUpToDate(part)) continue
  const startedAt = performance.now()
  process.stdout.write(`${TITLES[part.name]} …`)
  await make(part, context)
  markUpToDate(part)
  process.stdout.write(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
}
