import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { linkIn, newEmail, open, register, verificationMail } from '../support/registration.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let browser: Browser
let correlationId: string
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  browser = await startBrowser()
  const email = newEmail()
  await register(cloud, email)
  await open(linkIn(await verificationMail(cloud, email)))
  await cloud.settled()
  const [confirmed] = await cloud.events({ name: 'RegistrationConfirmed' })
  correlationId = String(confirmed?.detail.metadata.correlationId)
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test('a chain shows who emitted and who consumed what, beside the chain of the same registration', async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/#/chains/${correlationId}`)
    const click = page.getByRole('region', { name: 'EmailVerified' })
    const request = page.getByRole('region', { name: 'RegistrationRequested' })
    await request.getByText('POST /api/register').waitFor()
    await click.getByText('GET /api/confirm').waitFor()
    await page.getByText(/the same registrationId/).waitFor()

    // What a consumer emitted stands below that consumer, below the event that it was given.
    const lineOf = (text: string) => click.locator('li', { has: page.getByText(text, { exact: true }) })
    const nested = lineOf('keep-registrations').locator('li', { hasText: 'notify-owner' })
    await nested.first().waitFor()
    expect(await nested.first().getByText('RegistrationConfirmed').count()).toBe(1)
    expect(await click.getByText(/worked \d/).count()).toBe(2)
    expect(await click.getByText('all settled').count()).toBe(1)

    await shot(page, `${device}-console-chain`)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test("an event's detail says which rules take it, and why the others do not", async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/`)
    await page.getByRole('link', { name: 'EmailVerified' }).click()
    await page.getByRole('complementary').getByText('GET /api/confirm').first().waitFor()
    await page.getByText('Who takes it, and why not').click()
    await page.getByText('takes it', { exact: true }).first().waitFor()
    const other = page.getByRole('listitem').filter({ hasText: /^notify-owner/ })
    await other.getByText('does not take it: detail-type').click()
    const field = other.getByRole('listitem').filter({ hasText: 'detail-type' })
    await field.getByText('wants "RegistrationConfirmed"').waitFor()
    await field.getByText('found "EmailVerified"').waitFor()
    await shot(page, `${device}-console-verdicts`)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })
})

test('chains are listed, found by their correlation id, and say when there is none', async () => {
  const { page } = await openPage(browser, SIZES.desktop)
  await page.goto(`${cloud.siteUrl}/_console/#/chains`)
  await page.getByRole('link', { name: /EmailVerified/ }).press('Enter')
  await page.getByRole('region', { name: 'EmailVerified' }).waitFor()
  await page.getByRole('link', { name: 'All chains' }).click()
  await page.getByLabel('Correlation id').fill('nothing-of-the-kind')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing happened under this correlation id').waitFor()
  await page.close()
})
