import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

const project = (name: string, timeoutMs: number) => ({
  root,
  test: {
    name,
    root,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 120_000,
  },
})

export default defineConfig({
  root,
  test: {
    // Two cores: more files at once only make each of them slower.
    maxWorkers: 2,
    projects: [
      project('unit', 15_000),
      project('infra', 120_000),
      project('integration', 60_000),
      project('browser', 60_000),
    ],
  },
})
