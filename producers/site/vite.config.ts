import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { prerender } from './prerender.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root,
  logLevel: 'warn',
  plugins: [react(), prerender(`${root}pages.tsx`)],
  build: {
    outDir: '../../.build/site',
    emptyOutDir: true,
    // A font or picture as a data: address would have to be allowed by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        home: `${root}index.html`,
        'check-inbox': `${root}check-inbox.html`,
        confirmed: `${root}confirmed.html`,
        'not-found': `${root}404.html`,
        plain: `${root}styles/plain.css`,
      },
      output: {
        // The API's own error page links to this one sheet, so its name must not change with its content.
        assetFileNames: ({ names }) =>
          names.includes('plain.css') ? '[name][extname]' : 'assets/[name]-[hash][extname]',
      },
    },
  },
})
