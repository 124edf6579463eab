import { expect } from 'vitest'
import type { RunningCloud } from './cloud.ts'

/** Has the console do something, as one of its pages does; it has nothing to answer. */
export async function askConsole({ siteUrl }: RunningCloud, path: string, body: object): Promise<void> {
  const response = await fetch(`${siteUrl}/_console/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(204)
}
