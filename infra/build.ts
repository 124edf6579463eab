import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Context, isUpToDate, markUpToDate, type Part, parts } from './build-state.ts'
import { Mistake } from './mistake.ts'
import { BUILD_DIR, root } from './paths.ts'

// Builds what is out of date: the functions' bundles, the site, its documentation, the console, the synthesized app. A process of its own,
// so that the tools' memory is given back when it ends.

const TITLES: Readonly<Record<Part['name'], string>> = {
  functions: 'Bundling the functions',
  site: 'Building the site',
  docs: 'Writing the documentation',
  console: 'Building the console',
  assembly: 'Synthesizing the app',
}

// The bundles are read where they are: a copy of each would only cost time, and be stale once code is reloaded.
const IN_PLACE = { 'aws:cdk:disable-asset-staging': true }

async function make({ name, folder }: Part, context: Context): Promise<void> {
  switch (name) {
    case 'functions': {
      const { buildFunctions } = await import('./bundles.ts')
      await buildFunctions()
      return
    }
    case 'site':
      return viteBuild('producers/site/vite.config.ts')
    case 'docs': {
      const { buildDocs } = await import('./docs/build.ts')
      return buildDocs(folder)
    }
    case 'console':
      return viteBuild('infra/local/console/ui/vite.config.ts')
    case 'assembly': {
      const { createApp } = await import('./app.ts')
      const app = await createApp({ context: { ...context, ...IN_PLACE }, outdir: folder })
      app.synth()
    }
  }
}

async function viteBuild(configFile: string): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: join(root, configFile), logLevel: 'warn' })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { assembly: { type: 'string' }, context: { type: 'string', short: 'c', multiple: true } },
  })
  const context = Object.fromEntries((values.context ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)))
  for (const part of parts(resolve(values.assembly ?? join(BUILD_DIR, 'cloud/default')), context)) {
    if (isUpToDate(part)) continue
    const startedAt = performance.now()
    process.stdout.write(`${TITLES[part.name]} …`)
    await make(part, context)
    markUpToDate(part)
    process.stdout.write(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
  }
}

main().catch((error) => {
  console.error(error instanceof Mistake ? `\n${error.message}` : error)
  process.exit(1)
})
