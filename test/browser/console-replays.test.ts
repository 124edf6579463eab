import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register } from '../support/registration.ts'

/** As long as a busy machine may take. */
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: 30_000 })

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

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test('an event is rerun for one consumer, after the page has said what that does', async () => {
    const email = newEmail()
    await register(cloud, email)
    await cloud.settled()
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/#/events?search=${email}`)
    await page.getByRole('link', { name: 'RegistrationRequested' }).click()
    const delivery = page.getByRole('listitem').filter({ hasText: /^send-verification/ })
    await delivery.getByRole('link', { name: 'Rerun …' }).click()

    await page.getByText('1 event', { exact: true }).waitFor()
    await page.getByText('A rerun sends the verification mail again.').waitFor()
    await shot(page, `${device}-console-rerun`)
    await page.getByRole('button', { name: 'Start the rerun' }).click()
    await page.getByText('completed').first().waitFor()
    await page.getByRole('row', { name: 'send-verification 1 0 0 0' }).waitFor()
    await eventually(async () => (await cloud.emails(email)).length).toBe(2)
    await shot(page, `${device}-console-replays`)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })
})

test('a replay to everybody brings only duplicates, and a choice of events and consumers is kept to', async () => {
  await register(cloud, newEmail())
  await cloud.settled()
  const { page } = await openPage(browser, SIZES.desktop)
  await page.goto(`${cloud.siteUrl}/_console/#/replays`)
  await page.getByText('Each does only what it has not done yet').waitFor()
  const events = (await cloud.events()).length
  await page.getByText(`${events} events`, { exact: true }).waitFor()

  await page.getByRole('combobox', { name: 'Consumers' }).or(page.getByLabel('Consumers')).first().click()
  await page.getByRole('option', { name: 'keep-registrations' }).click()
  await page.keyboard.press('Escape')
  await eventually(() => page.getByRole('row').count()).toBe(2)
  await page.getByRole('button', { name: 'Start the replay' }).click()
  await page.getByRole('row', { name: `keep-registrations 0 ${events} 0 0` }).waitFor()
  await page.close()
})

test('what cannot be done is said instead of a plan', async () => {
  const { page } = await openPage(browser, SIZES.desktop)
  await page.goto(`${cloud.siteUrl}/_console/#/replays`)
  await page.getByLabel(/Rerun/).check()
  await page.getByText('Choose who is to do it again').waitFor()
  expect(await page.getByRole('button', { name: 'Start the rerun' }).isDisabled()).toBe(true)
  await page.goto(`${cloud.siteUrl}/_console/#/replays?place=999999`)
  await page.getByText('This event is not kept any more.').waitFor()
  await page.close()
})
