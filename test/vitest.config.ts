import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Project {
  /** The folder's files, unless told otherwise. */
  readonly include?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly globalSetup?: readonly string[]
}

const project = (
  name: string,
  timeoutMs: number,
  { include = [`${name}/**/*.test.ts`], env = {}, globalSetup = [] }: Project = {},
) => ({
  root,
  test: {
    name,
    root,
    include: include.map((path) => `test/${path}`),
    env,
    globalSetup: [...globalSetup],
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
      project('unit', 60_000, { globalSetup: ['test/support/shared-dynamodb-local.ts'] }),
      project('infra', 120_000),
      project('integration', 120_000),
      project('browser', 120_000),
      // The same once more while deliveries come twice, late and out of order, and functions fail: `npm start -- --chaos`.
      project('chaos', 120_000, {
        include: ['registration', 'expiry', 'durability', 'replay', 'orders', 'meetups'].map(
          (name) => `integration/${name}.test.ts`,
        ),
        env: { CHAOS_SEED: process.env.CHAOS_SEED ?? '1' },
      }),
    ],
  },
})
