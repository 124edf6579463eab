import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { htmlFiles, prerender } from './prerender.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root,
  logLevel: 'warn',
  // React's production build, whatever NODE_ENV the caller runs under.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  plugins: [prerender(root)],
  build: {
    outDir: '../../.build/site',
    emptyOutDir: true,
    // Files, no data: addresses: those the content security policy would have to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Mantine's "use client" means nothing here.
      checks: { moduleLevelDirective: false },
      input: {
        ...htmlFiles(root),
        plain: `${root}styles/plain.css`,
      },
      output: {
        // What many pages have in common is one file: dozens of small ones compress worse, and each is a request.
        codeSplitting: { groups: [{ name: 'common', test: /producers/, minShareCount: 6 }] },
        // The API's own error page links to this one sheet, so its name must not change with its content.
        assetFileNames: ({ names }) =>
          names.includes('plain.css') ? '[name][extname]' : 'assets/[name]-[hash][extname]',
      },
    },
  },
})
