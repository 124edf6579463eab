import packageJson from '../../package.json' with { type: 'json' }

/** What both documents say of the whole. */
export const about = {
  version: packageJson.version,
  license: { name: packageJson.license, identifier: packageJson.license },
} as const
