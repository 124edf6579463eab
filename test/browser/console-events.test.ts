import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { fillJournal } from '../support/filled-journal.ts'
import { newEmail, register } from '../support/registration.ts'

const COUNT = 3_000

/** As long as a busy machine may take. */
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: 30_000 })

const stateDir = newStateDir()
let cloud: RunningCloud
let browser: Browser
beforeAll(async () => {
  fillJournal(stateDir, COUNT)
  cloud = await startCloud(stateDir)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

const rows = (page: Page) => page.locator('li[data-id]')
const searchbox = (page: Page) => page.getByRole('searchbox')

describe.each(Object.entries(SIZES))('the event log on a %s', (device, viewport) => {
  test('draws only the rows in view, and goes back as far as anybody scrolls', async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/`)
    await rows(page).first().waitFor()
    await shot(page, `${device}-console-log`)
    const list = page.locator('ol').first()
    const scroller = list.locator('..')
    for (let fetched = 0; fetched < 400; ) {
      await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await expect
        .poll(async () => Number(await rows(page).first().getAttribute('aria-setsize')))
        .toBeGreaterThan(fetched)
      fetched = Number(await rows(page).first().getAttribute('aria-setsize'))
    }
    expect(await rows(page).count()).toBeLessThan(60)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('finds a piece of any text in any case, as far back as there is anything', async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/`)
    await searchbox(page).fill('PERSON-0@example')
    await page.getByText('2 found', { exact: true }).waitFor()
    expect(await page.locator('mark').allTextContents()).toEqual(['person-0@example', 'person-0@example'])
    await shot(page, `${device}-console-search`)
    await searchbox(page).fill('nobody@example.org')
    await page.getByText('No event matches “nobody@example.org”').waitFor()
    await searchbox(page).fill('')
    await eventually(() => rows(page).count()).toBeGreaterThan(5)
    expect(problems).toEqual([])
    await page.close()
  })

  test('shows a new event at once at the top, and only counts it for who reads further down', async () => {
    const { page } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/`)
    await rows(page).first().waitFor()
    const top = () => rows(page).first().getAttribute('data-id')
    const before = await top()
    const [email, later] = [newEmail(), newEmail()]
    await register(cloud, email)
    await eventually(top).not.toBe(before)
    await rows(page).first().getByRole('link').first().click()
    await page.getByText(`"${email}"`).waitFor()
    await page.keyboard.press('Escape')

    const scroller = page.locator('ol').first().locator('..')
    await scroller.evaluate((element) => element.scrollTo(0, 2000))
    await register(cloud, later)
    await page.getByRole('button', { name: /new event/ }).click()
    await rows(page).first().getByRole('link').first().click()
    await page.getByText(`"${later}"`).waitFor()
    await cloud.settled()
    await page.close()
  })
})

test('the keyboard alone leads through the list and its detail', async () => {
  const { page } = await openPage(browser, SIZES.desktop)
  await page.goto(`${cloud.siteUrl}/_console/`)
  await rows(page).first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('person-7@')
  await page.getByText('2 found', { exact: true }).waitFor()
  const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'))
  while ((await focused()) === undefined) await page.keyboard.press('Tab')
  expect(await focused()).toBe('1')
  await page.keyboard.press('ArrowDown')
  await eventually(focused).toBe('2')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'RegistrationRequested' }).waitFor()
  await page.keyboard.press('ArrowUp')
  await page.getByRole('heading', { name: 'RegistrationConfirmed' }).waitFor()
  await page.keyboard.press('Escape')
  await eventually(() => page.getByRole('complementary').count()).toBe(0)
  await eventually(focused).toBe('1')

  await searchbox(page).fill('')
  await eventually(() => rows(page).count()).toBeGreaterThan(5)
  await rows(page).first().getByRole('link').first().focus()
  await page.keyboard.press('End')
  await eventually(async () => Number(await focused())).toBeGreaterThan(90)
  await page.keyboard.press('Home')
  await eventually(focused).toBe('1')
  await page.close()
})

test('on a phone the pages are behind a button, which Escape closes', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  await page.goto(`${cloud.siteUrl}/_console/`)
  const button = page.getByRole('button', { name: /all pages/ })
  await page.getByRole('link', { name: 'Docs' }).waitFor()
  await button.click()
  await shot(page, 'phone-console-pages')
  await page.keyboard.press('Escape')
  expect(await button.getAttribute('aria-expanded')).toBe('false')
  await button.click()
  await page.getByRole('link', { name: 'Inbox' }).click()
  await page.waitForURL(/#\/inbox$/)
  expect(await button.getAttribute('aria-expanded')).toBe('false')
  await page.close()
})
