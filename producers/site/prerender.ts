import { type Plugin, runnerImport } from 'vite'

type Pages = typeof import('./pages.tsx')

const MARK = '<!--page-->'

/**
 * Writes each page's React tree into its HTML while Vite builds, so that it can be read before, and without, JavaScript.
 * `module`: the path of the file that exports `renderPage`. A page whose HTML has no `<!--page-->` fails the build.
 * https://vite.dev/guide/api-plugin#transformindexhtml
 */
export function prerender(module: string): Plugin {
  let pages: Promise<Pages> | undefined
  const load = () => runnerImport<Pages>(module, { configFile: false, logLevel: 'warn' }).then((run) => run.module)
  return {
    name: 'prerender',
    buildStart() {
      pages = undefined
    },
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { path }) {
        if (!html.includes(MARK)) throw new Error(`${path} has no ${MARK}`)
        pages ??= load()
        const { renderPage } = await pages
        return html.replace(MARK, () => renderPage(path))
      },
    },
  }
}
