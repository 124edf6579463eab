import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Plugin, runnerImport } from 'vite'

type Renderer = typeof import('./render.tsx')

/** The HTML files that `prerender` makes of the folder `pages/`, by their names: the input of the build. */
export const htmlFiles = (root: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(join(root, 'pages')).map((file) => {
      const name = basename(file, '.tsx')
      return [name, join(root, `${name}.html`)]
    }),
  )

/**
 * Makes an HTML file of each page: the template `page.html` with the page's React tree in it, so that it can be read
 * before, and without, JavaScript, and with a script that brings it to life.
 * https://vite.dev/guide/api-plugin#transformindexhtml
 */
export function prerender(root: string): Plugin {
  const files = new Set(Object.values(htmlFiles(root)))
  let renderer: Promise<Renderer> | undefined
  const load = () =>
    runnerImport<Renderer>(join(root, 'render.tsx'), { configFile: false, logLevel: 'warn' }).then((run) => run.module)
  return {
    name: 'prerender',
    enforce: 'pre',
    buildStart() {
      renderer = undefined
    },
    resolveId: (id) => (files.has(id) ? id : undefined),
    load: (id) => (files.has(id) ? readFileSync(join(root, 'page.html'), 'utf8') : undefined),
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { filename }) {
        const name = basename(filename, '.html')
        renderer ??= load()
        const { head, content } = (await renderer).render(name)
        return fill(fill(html, 'head', head + scriptFor(name)), 'content', content)
      },
    },
  }
}

/** Vite makes a file of it: the content security policy allows no script within a page. */
const scriptFor = (name: string): string => `
  <script type="module">
    import { hydrate } from './hydrate.tsx'
    import { page } from './pages/${name}.tsx'
    hydrate(page)
  </script>`

function fill(html: string, name: string, text: string): string {
  const mark = `<!--${name}-->`
  if (!html.includes(mark)) throw new Error(`page.html has no ${mark}`)
  return html.replace(mark, () => text)
}
