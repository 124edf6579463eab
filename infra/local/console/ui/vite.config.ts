import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/_console/',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: '../../../../.build/console',
    emptyOutDir: true,
    // The oldest that know CSS's light-dark(): a page for developers may ask for that.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A picture as a data: address would have to be allowed by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
