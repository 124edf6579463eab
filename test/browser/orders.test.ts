import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, newAccount, PASSWORD } from '../support/account.ts'
import { openAs, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order, outcomeOf, stockOf } from '../support/ordering.ts'
import { until, untilTrue } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let browser: Browser
let ada: Account
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  browser = await startBrowser()
  ada = await newAccount(cloud)
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

const DESKTOP = { viewport: SIZES.desktop }
const PHONE = { viewport: SIZES.phone }

const quantity = (page: Page, article: string) => page.getByRole('spinbutton', { name: `How many: ${article}` })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
/** What is read out once an order has come so far; on a busy machine a step may be taken anew after half a minute. */
const told = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 60_000 })

/** Opens the form with these articles in it. */
async function fillIn(page: Page, query: string): Promise<void> {
  await page.goto(`${cloud.siteUrl}/order.html?${query}`)
  await button(page, 'Place order').waitFor()
}

/** Resolves once that many are in the form, which is filled in after the page is loaded. */
const holds = (page: Page, article: string, qty: string) =>
  until(async () => expect(await quantity(page, article).inputValue()).toBe(qty))

const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement)

/** Goes there by the tab key, and presses a key. */
async function press(page: Page, target: Locator, key: string): Promise<void> {
  await target.waitFor()
  for (let tabs = 0; tabs < 30 && !(await hasFocus(target)); tabs++) await page.keyboard.press('Tab')
  expect(await hasFocus(target)).toBe(true)
  await page.keyboard.press(key)
}

test('by the keyboard alone, on a desktop: from no order to one that is confirmed, and again', async () => {
  const page = await openAs(browser, ada, DESKTOP)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(`${cloud.siteUrl}/orders.html`)
  await page.getByRole('heading', { name: 'Nothing ordered yet' }).waitFor()
  await shot(page, 'desktop-orders-none')
  await press(page, link(page, 'Order something'), 'Enter')

  await press(page, button(page, 'Place order'), 'Enter')
  await page.getByRole('alert').getByText('Choose at least one article').waitFor()
  await shot(page, 'desktop-order-mistake')
  await page.reload()
  await press(page, quantity(page, 'Notebook'), '2')
  await press(page, button(page, 'One Pencil more'), 'Space')
  await press(page, page.getByRole('radio', { name: 'A card that works' }), 'ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.getByText('$52.49').waitFor()
  await shot(page, 'desktop-order-form')
  await press(page, button(page, 'Place order'), 'Enter')

  await told(page, 'Your order is confirmed')
  await page.getByRole('img', { name: 'Placed, then Checked, then Reserved, then Paid, then Confirmed' }).waitFor()
  expect(await page.getByRole('listitem').filter({ hasText: 'Confirmed' }).locator('time').count()).toBe(1)
  await page.getByRole('row', { name: '2 × Notebook $42.50' }).waitFor()
  await shot(page, 'desktop-order-confirmed')
  await press(page, link(page, 'Order again'), 'Enter')
  await holds(page, 'Notebook', '2')
  expect(problems).toEqual([])
  await page.context().close()
})

test('on a phone: what goes wrong is told in words, and undone', async () => {
  const page = await openAs(browser, ada, PHONE)
  const before = await stockOf(cloud)
  await fillIn(page, 'A-1=3&paymentMethod=card_declined')
  expect(await overflow(page)).toBe(0)
  await shot(page, 'phone-order-form')
  await button(page, 'Place order').click()
  await told(page, 'Your card was declined')
  await page.getByRole('img', { name: 'Not paid, then Refunded, then Released, then Failed' }).waitFor()
  expect(await overflow(page)).toBe(0)
  await shot(page, 'phone-order-declined')
  expect(await stockOf(cloud)).toEqual(before)

  await fillIn(page, 'A-1=1&B-2=1000')
  await quantity(page, 'Pencil').fill('1001')
  await button(page, 'Place order').click()
  await page.getByText('At most 1000').waitFor()
  expect(await quantity(page, 'Pencil').getAttribute('aria-invalid')).toBe('true')
  await shot(page, 'phone-order-mistake')
  await quantity(page, 'Pencil').fill('1000')
  await button(page, 'Place order').click()
  await told(page, 'There is not enough left of what you wanted: Pencil')
  await shot(page, 'phone-order-sold-out')

  const dear = await order(cloud, ada, { items: [{ sku: 'A-1', qty: 1 }], amount: 1 })
  await outcomeOf(cloud, ada, dear)
  await page.goto(`${cloud.siteUrl}/order-status.html?id=${dear}`)
  await told(page, 'It is $21.25 now; you were shown $1.00')
  await page.context().close()
})

test('what the server refuses is told at its article', async () => {
  const page = await openAs(browser, ada, PHONE)
  await page.route('**/api/orders', (route) =>
    route.fulfill({
      status: 400,
      json: {
        type: 'about:blank',
        title: 'Bad request',
        status: 400,
        detail: 'Please correct: items.0.sku',
        errors: [{ path: 'items.0.sku', message: 'There is no such article' }],
      },
    }),
  )
  await fillIn(page, 'B-2=1')
  await button(page, 'Place order').click()
  await page.getByText('There is no such article').waitFor()
  expect(await hasFocus(quantity(page, 'Pencil'))).toBe(true)
  await page.context().close()
})

test('an answer that is lost, and a double click, make no second order', async () => {
  const bob = await newAccount(cloud)
  const page = await openAs(browser, bob, PHONE)
  const posted: (string | undefined)[] = []
  let isLost = true
  await page.route('**/api/orders', async (route) => {
    posted.push(route.request().headers()['idempotency-key'])
    if (!isLost) return route.continue()
    isLost = false
    await route.fetch()
    return route.abort()
  })
  await fillIn(page, 'A-1=1')
  await button(page, 'Place order').click()
  await page.getByText('We could not reach the server').waitFor()
  await shot(page, 'phone-order-lost')
  await button(page, 'Try again').dblclick()
  await told(page, 'Your order is confirmed')
  await page.unroute('**/api/orders')
  expect(posted).toHaveLength(2)
  expect(new Set(posted).size).toBe(1)

  await link(page, 'My orders').click()
  await page.getByRole('link', { name: '1 × Notebook' }).first().waitFor()
  expect(await page.getByRole('link', { name: '1 × Notebook' }).count()).toBe(1)
  await page.context().close()
})

test("one's orders, newest first, page by page; and again when they cannot be read", async () => {
  const carol = await newAccount(cloud)
  for (let qty = 1; qty <= 11; qty++) await order(cloud, carol, { items: [{ sku: 'SOLD-OUT', qty }] })
  await cloud.settled()
  const page = await openAs(browser, carol, PHONE)
  await page.route('**/api/orders', (route) => route.fulfill({ status: 503, json: {} }), { times: 1 })
  await page.goto(`${cloud.siteUrl}/orders.html`)
  await page.getByText('We are busy right now').waitFor()
  await shot(page, 'phone-orders-busy')
  await button(page, 'Try again').click()
  const orders = page.getByRole('link', { name: '× First edition' })
  await orders.nth(9).waitFor()
  expect(await orders.count()).toBe(10)
  expect(await orders.first().textContent()).toBe('11 × First edition')
  expect(await overflow(page)).toBe(0)
  await button(page, 'Show more orders').click()
  await orders.nth(10).waitFor()
  await untilTrue(() => hasFocus(link(page, '1 × First edition')))
  expect(await button(page, 'Show more orders').count()).toBe(0)
  await shot(page, 'phone-orders')
  await page.keyboard.press('Enter')
  await heading(page, 'Your order').waitFor()
  await page.context().close()
})

test('whoever is not logged in any more comes back to the form as it was; what is of others is not found', async () => {
  const page = await openAs(browser, undefined, PHONE)
  const logIn = async () => {
    await page.getByLabel('E-mail address').fill(ada.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await button(page, 'Log in').click()
  }
  await page.goto(`${cloud.siteUrl}/order.html?B-2=4`)
  await heading(page, 'Log in').waitFor()
  await logIn()
  await holds(page, 'Pencil', '4')
  await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Orders' }).waitFor()
  expect(await overflow(page)).toBe(0)

  await button(page, 'One Notebook more').click()
  const refuse = (url: string) => page.route(url, (route) => route.fulfill({ status: 401, json: {} }), { times: 2 })
  await Promise.all([refuse('**/api/orders'), refuse('**/api/login/refresh')])
  await button(page, 'Place order').click()
  await heading(page, 'Your login has ended').waitFor()
  await shot(page, 'phone-order-login-ended')
  await page.unrouteAll()
  await link(page, 'Log in again').click()
  await logIn()
  await holds(page, 'Notebook', '1')
  expect(await quantity(page, 'Pencil').inputValue()).toBe('4')

  const others = await order(cloud, await newAccount(cloud), 1)
  await page.goto(`${cloud.siteUrl}/order-status.html?id=${others}`)
  await heading(page, 'You have no such order').waitFor()
  await shot(page, 'phone-order-missing')
  await page.context().close()
})
