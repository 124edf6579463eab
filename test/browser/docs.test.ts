import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consumers, contexts, events, routes } from '../../infra/contracts.ts'
import { SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'

const PAGES = { overview: '/docs/', api: '/docs/api/', events: '/docs/events/' }

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

/** A page that fails the test with whatever it complains of. */
async function open(path: string, options: Parameters<Browser['newPage']>[0]) {
  const page = await browser.newPage(options)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(cloud.siteUrl + path)
  return {
    page,
    async close(): Promise<void> {
      expect(problems).toEqual([])
      await page.close()
    },
  }
}

const shown = (page: Page, selector: string) => page.locator(`${selector}:visible`).count()

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test.each(Object.entries(PAGES))('%s fits, and tells of all', async (name, path) => {
    const { page, close } = await open(path, { viewport })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
    expect(await page.locator('nav [aria-current=page]').getAttribute('href')).toBe(path)
    await shot(page, `${device}-docs-${name}`)
    await close()
  })

  test('one picture of every context is shown, whose text can be read', async () => {
    const { page, close } = await open(PAGES.overview, { viewport })
    const told = contexts.filter((context) => context.events.length > 0)
    expect(await shown(page, 'svg[role=img]')).toBe(told.length)
    const smallest = await page.evaluate(() => {
      const texts = [...document.querySelectorAll('svg[role=img] text')].filter(
        (text) => text.getClientRects().length > 0,
      )
      return Math.min(...texts.map((text) => text.getBoundingClientRect().height))
    })
    // Two lines of 12.5 and 11 pixels, drawn smaller by a fifth at most.
    expect(smallest).toBeGreaterThan(20)
    for (const { name } of consumers)
      expect(await page.locator('svg[role=img] a:visible', { hasText: name }).count()).toBeGreaterThan(0)
    await close()
  })
})

test('the picture is told in words too', async () => {
  const { page, close } = await open(PAGES.overview, { viewport: SIZES.phone })
  await page.getByRole('region', { name: 'Registrations' }).getByText('In words').press('Enter')
  const words = page.getByRole('listitem').filter({ hasText: 'RegistrationRequested: from' })
  expect(await words.textContent()).toBe(
    'RegistrationRequested: from POST /api/register, to keep-registrations, send-verification.',
  )
  await words.getByRole('link', { name: 'RegistrationRequested' }).press('Enter')
  await page.waitForURL(/\/docs\/events\/#RegistrationRequested$/)
  await page.getByRole('heading', { name: 'RegistrationRequested' }).waitFor()
  await close()
})

test('by keyboard alone a route is searched for, found and gone to', async () => {
  const { page, close } = await open(PAGES.api, { viewport: SIZES.desktop })
  const all = routes.filter(({ path }) => path.startsWith('/')).length
  const entries = page.locator('article[id]:not(#conventions)')
  expect(await entries.count()).toBe(all)
  await page.getByLabel('Search routes').focus()
  await page.keyboard.type('POST RegistrationRequested')
  await page.getByText('1 found').waitFor()
  expect(await shown(page, 'article')).toBe(1)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#register$/)
  await shot(page, 'docs-search')
  await page.getByLabel('Search routes').fill('')
  expect(await shown(page, 'article[id]:not(#conventions)')).toBe(all)
  await close()
})

test('a command is copied as it works here', async () => {
  const { page, close } = await open(PAGES.api, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.locator('#health').getByTitle('Copy “Try it”').click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`curl -i ${cloud.siteUrl}/api/health`)
  await close()
})

test('without JavaScript all is there but what needs it', async () => {
  const { page, close } = await open(PAGES.events, { javaScriptEnabled: false, viewport: SIZES.phone })
  expect(await shown(page, 'article')).toBe(events.length)
  expect(await shown(page, '[data-search]')).toBe(0)
  expect(await page.getByRole('button').count()).toBe(0)
  await shot(page, 'noscript-docs-events')
  await close()
})
