import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeFor, newAccount, PASSWORD, signUp } from '../support/account.ts'
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

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()
const email = (page: Page) => page.getByLabel('E-mail address')
const password = (page: Page) => page.getByLabel('Password', { exact: true })
const card = (page: Page, name: string) => page.getByRole('region', { name })

async function logIn(page: Page, address: string, { at = '/login.html', with: typed = PASSWORD } = {}): Promise<void> {
  await page.goto(`${cloud.siteUrl}${at}`)
  await email(page).fill(address)
  await password(page).fill(typed)
  await button(page, 'Log in').click()
}

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test('sign up → code → log in → profile → preferences → log out', async () => {
    const { page, problems } = await openPage(browser, viewport)
    const address = newEmail()
    await page.goto(`${cloud.siteUrl}/`)
    await page.getByRole('link', { name: 'Sign up', exact: true }).click()
    await shot(page, `${device}-signup`)
    await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace')
    await email(page).fill(address)
    await password(page).fill(PASSWORD)
    await button(page, 'Sign up').click()

    await heading(page, 'Confirm your address')
    await expect.poll(() => email(page).inputValue()).toBe(address)
    expect(page.url()).not.toContain('@')
    await page.getByLabel('Code').fill(await codeFor(cloud, address))
    await shot(page, `${device}-confirm-signup`)
    expect(await overflow(page)).toBe(0)
    await button(page, 'Confirm').click()
    await heading(page, 'Your account is ready')
    await shot(page, `${device}-signup-confirmed`)
    await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()

    await expect.poll(() => email(page).inputValue()).toBe(address)
    await password(page).fill(PASSWORD)
    await shot(page, `${device}-login`)
    await button(page, 'Log in').click()
    await page.waitForURL('**/account.html')
    await page.getByText('You have no profile yet').waitFor()
    await shot(page, `${device}-account-first-time`)
    expect(await overflow(page)).toBe(0)

    const profile = card(page, 'Profile')
    expect(await profile.getByLabel('Name').inputValue()).toBe('Ada Lovelace')
    await profile.getByLabel('Name').fill('Ada L.')
    await button(page, 'Create profile').click()
    await profile.getByText('Saved.').waitFor()
    await profile.getByText('Ada L.').waitFor()

    await button(page, 'Change name').click()
    await profile.getByLabel('Name').fill('Nobody')
    await button(page, 'Cancel').click()
    await profile.getByText('Ada L.').waitFor()
    expect(await button(page, 'Change name').evaluate((element) => document.activeElement === element)).toBe(true)

    const notifications = card(page, 'Notifications')
    await notifications.getByLabel('SMS').check()
    await notifications.getByLabel('Telephone number').fill('0171')
    await button(page, 'Save').click()
    await notifications.getByText('Must be a number with its country').waitFor()
    await shot(page, `${device}-account-mistake`)
    await notifications.getByLabel('Telephone number').fill('+1 415-555-0123')
    await button(page, 'Save').click()
    await notifications.getByText('Saved.').waitFor()
    await shot(page, `${device}-account`)
    expect(await overflow(page)).toBe(0)

    await page.reload()
    await profile.getByText('Ada L.').waitFor()
    expect(await notifications.getByLabel('SMS').isChecked()).toBe(true)
    expect(await notifications.getByLabel('Telephone number').inputValue()).toBe('+14155550123')

    await button(page, 'Log out').click()
    await heading(page, 'You are logged out')
    await shot(page, `${device}-logged-out`)
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
    await page.goBack()
    await page.goForward()
    await heading(page, 'Log in')
    // That there is no profile yet is a 404, which Chromium writes down as an error.
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([])
    await page.close()
  })

  test('a forgotten password is set anew with the code in the mail', async () => {
    const { page, problems } = await openPage(browser, viewport)
    const { email: address } = await newAccount(cloud)
    const first = await codeFor(cloud, address)
    await page.goto(`${cloud.siteUrl}/login.html`)
    await page.getByRole('link', { name: 'Set a new one' }).click()
    await heading(page, 'Set a new password')
    await email(page).fill(address)
    await shot(page, `${device}-forgot-password`)
    expect(await overflow(page)).toBe(0)
    await button(page, 'Send a code').click()

    await heading(page, 'Choose another password')
    expect(await email(page).inputValue()).toBe(address)
    await page.getByLabel('Code').fill(await codeFor(cloud, address, first))
    await page.getByLabel('New password').fill('Correct2horse')
    await shot(page, `${device}-reset-password`)
    expect(await overflow(page)).toBe(0)
    await button(page, 'Change password').click()
    await heading(page, 'Your password is changed')
    expect(problems).toEqual([])
    await logIn(page, address, { with: 'Correct2horse' })
    await page.waitForURL('**/account.html')
    await page.close()
  })

  test('mistakes are named at their fields, and the focus goes to the first', async () => {
    const { page } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/signup.html`)
    await page.getByText(/At least 8 characters/).waitFor()
    await password(page).fill('short')
    await button(page, 'Show what you typed').click()
    expect(await password(page).getAttribute('type')).toBe('text')
    await button(page, 'Sign up').click()
    const name = page.getByLabel('Name', { exact: true })
    await page.getByText('Required').first().waitFor()
    expect(await name.evaluate((input) => document.activeElement === input)).toBe(true)
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    expect(await password(page).getAttribute('aria-invalid')).toBe('true')
    await shot(page, `${device}-signup-mistakes`)
    expect(await overflow(page)).toBe(0)
    await page.close()
  })
})

test('a wrong password is told at the password, and no token is kept', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const { email: address } = await newAccount(cloud)
  await logIn(page, address, { with: `${PASSWORD}!` })
  await page.getByText('The e-mail address or the password is wrong').waitFor()
  await shot(page, 'phone-login-wrong')
  expect(await password(page).getAttribute('aria-invalid')).toBe('true')
  expect(await page.evaluate(() => localStorage.length)).toBe(0)
  await page.close()
})

test('an address that has an account is told so, and where to go', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const { email: address } = await newAccount(cloud)
  await page.goto(`${cloud.siteUrl}/signup.html`)
  await page.getByLabel('Name', { exact: true }).fill('Ada')
  await email(page).fill(address)
  await password(page).fill(PASSWORD)
  await button(page, 'Sign up').click()
  await page.getByText('This address has an account already').waitFor()
  await shot(page, 'phone-signup-exists')
  await page.getByRole('alert').getByRole('link', { name: 'Log in' }).click()
  await expect.poll(() => email(page).inputValue()).toBe(address)
  await page.close()
})

test('who is not confirmed is led to the code, can have another, and ends where they wanted to go', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const address = newEmail()
  await signUp(cloud, address)
  const first = await codeFor(cloud, address)
  await logIn(page, address, { at: `/login.html?next=${encodeURIComponent('/?welcome')}` })
  await heading(page, 'Confirm your address')
  await expect.poll(() => email(page).inputValue()).toBe(address)
  await button(page, 'Send another code').click()
  await page.getByText('a new one is on its way').waitFor()
  const second = await codeFor(cloud, address, first)
  await page.getByLabel('Code').fill(first)
  await button(page, 'Confirm').click()
  await page.getByText('This code is wrong or has expired').waitFor()
  await shot(page, 'phone-confirm-wrong')
  await page.getByLabel('Code').fill(second)
  await button(page, 'Confirm').click()
  await heading(page, 'Your account is ready')
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await password(page).fill(PASSWORD)
  await button(page, 'Log in').click()
  await page.waitForURL(`${cloud.siteUrl}/?welcome`)
  await page.getByRole('link', { name: 'My account' }).waitFor()
  await page.close()
})

test('a token that is refused is exchanged for another, and nobody notices', async () => {
  const { page } = await openPage(browser, SIZES.desktop)
  const { email: address } = await newAccount(cloud)
  await logIn(page, address)
  await page.getByText('You have no profile yet').waitFor()
  await page.route(
    '**/api/me/preferences',
    (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
    {
      times: 1,
    },
  )
  const refreshed = page.waitForResponse('**/api/login/refresh')
  await card(page, 'Notifications').getByLabel('Nothing').check()
  await button(page, 'Save').click()
  expect((await refreshed).status()).toBe(200)
  await card(page, 'Notifications').getByText('Saved.').waitFor()
  await page.close()
})

test('a login that is taken no longer ends, in words', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const { email: address } = await newAccount(cloud)
  await logIn(page, address)
  await page.getByText('You have no profile yet').waitFor()
  await page.route('**/api/login/refresh', (route) => route.fulfill({ status: 401, json: {} }))
  await page.reload()
  await heading(page, 'Your login has ended')
  await shot(page, 'phone-login-ended')
  expect(await page.evaluate(() => localStorage.length)).toBe(0)
  await page.close()
})

test('two tabs log out together', async () => {
  const context = await browser.newContext({ viewport: SIZES.desktop })
  const [page, other] = [await context.newPage(), await context.newPage()]
  const { email: address } = await newAccount(cloud)
  await logIn(page, address)
  await page.getByText('You have no profile yet').waitFor()
  await other.goto(`${cloud.siteUrl}/account.html`)
  await other.getByText('You have no profile yet').waitFor()
  await button(other, 'Log out').click()
  await heading(page, 'You are logged out')
  await context.close()
})

test('a server that is busy, and a connection that is lost, are waited for', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const { email: address } = await newAccount(cloud)
  await page.route(
    '**/api/login',
    (route) => route.fulfill({ status: 429, headers: { 'retry-after': '720' }, json: {} }),
    {
      times: 1,
    },
  )
  await logIn(page, address)
  await page.getByText('Please try again in 12 minutes').waitFor()
  await shot(page, 'phone-login-too-often')
  await page.context().setOffline(true)
  await button(page, 'Try again').click()
  await page.getByText('You are offline').waitFor()
  await page.context().setOffline(false)
  await page.route(
    '**/api/profiles/*',
    (route) => route.fulfill({ status: 503, headers: { 'retry-after': '5' }, json: {} }),
    {
      times: 1,
    },
  )
  await button(page, 'Try again').click()
  await page.getByText('Please try again in 5 seconds').waitFor()
  await shot(page, 'phone-account-busy')
  await button(page, 'Try again').click()
  await page.getByText('You have no profile yet').waitFor()
  await page.close()
})

test('without JavaScript the forms say that they need it', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: SIZES.phone })
  const page = await context.newPage()
  for (const name of ['signup', 'confirm-signup', 'login', 'account']) {
    await page.goto(`${cloud.siteUrl}/${name}.html`)
    expect(await page.locator('noscript p').isVisible()).toBe(true)
  }
  await page.goto(`${cloud.siteUrl}/login.html`)
  expect(await button(page, 'Log in').isDisabled()).toBe(true)
  await page.getByRole('link', { name: 'Sign up' }).first().waitFor()
  await shot(page, 'noscript-login')
  await context.close()
})
