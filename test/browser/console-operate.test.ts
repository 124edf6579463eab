import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let browser: Browser
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

async function register(email = newEmail()): Promise<string> {
  const response = await fetch(`${cloud.siteUrl}/api/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada Lovelace', email }),
  })
  expect(response.status).toBe(202)
  return email
}

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test('a consumer is paused, its events wait, and resumed it processes them', async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/#/consumers`)
    const card = page.getByRole('listitem', { name: 'send-verification', exact: true })
    await card.getByRole('button', { name: 'Pause send-verification' }).click()
    await card.getByText('paused', { exact: true }).waitFor()
    const email = await register()
    await card.locator('div', { hasText: /^Waiting1$/ }).waitFor()
    await shot(page, `${device}-console-consumers`)
    expect(await cloud.emails(email)).toEqual([])
    await card.getByRole('button', { name: 'Resume send-verification' }).click()
    await card.locator('div', { hasText: /^Waiting0$/ }).waitFor()
    await cloud.settled()
    expect(await cloud.emails(email)).toHaveLength(1)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })
})
