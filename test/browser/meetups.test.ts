import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { publishMeetup } from '../../schemas/meetups.ts'
import { type Account, call, newAccount, PASSWORD } from '../support/account.ts'
import { openAs, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
let cloud: RunningCloud
let browser: Browser
let ada: Account
let bob: Account
beforeAll(async () => {
  cloud = await startCloud(stateDir)
  browser = await startBrowser()
  ;[ada, bob] = await Promise.all([newAccount(cloud), newAccount(cloud)])
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

const DESKTOP = { viewport: SIZES.desktop, locale: 'en-GB', timezoneId: 'Europe/Berlin' }
const PHONE = { viewport: SIZES.phone, locale: 'en-US', timezoneId: 'America/New_York' }

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
const text = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor()
const hasFocus = (page: Page, selector: string) =>
  page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)

async function publish(differences: object = {}): Promise<string> {
  const body = { ...publishMeetup.example, ...differences }
  const answer = await call(cloud, 'POST', '/api/meetups', { token: ada.idToken, body })
  return z.object({ meetupId: z.uuid() }).parse(answer.body).meetupId
}
const urlOf = (meetupId: string) => `${cloud.siteUrl}/meetup.html?id=${meetupId}`

/** Goes to an input of this name by the tab key. */
async function tabTo(page: Page, name: string): Promise<void> {
  await until(async () => {
    await page.keyboard.press('Tab')
    expect(await hasFocus(page, `[name="${name}"]`)).toBe(true)
  })
}

/** The same, and types. How a date is typed depends on the browser's language: what is typed in the end does not. */
async function typeAt(page: Page, name: string, typed: string): Promise<void> {
  await tabTo(page, name)
  if (/date|Time/.test(name)) await page.locator(':focus').fill(typed)
  else await page.keyboard.type(typed)
}

const widthOf = (element: Element) => element instanceof HTMLImageElement && element.naturalWidth

// One pixel.
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** By the keyboard alone, but for choosing the file: that is a window of the system's. */
async function create(page: Page, title: string): Promise<void> {
  await page.goto(`${cloud.siteUrl}/new-meetup.html`)
  const picture = page.getByLabel('Picture (optional)')
  await picture.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: PICTURE })
  await text(page, '“notes.txt” is neither')
  await picture.setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
  await text(page, '“broken.png” cannot be read')
  await picture.setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PICTURE })
  await text(page, 'pixel.png will be shown like this')

  await page.getByLabel('Title').focus()
  await page.keyboard.press('Enter')
  await text(page, 'Required')
  expect(await hasFocus(page, '[name="title"][aria-invalid="true"]')).toBe(true)
  await shot(page, 'desktop-new-meetup-mistakes')
  await page.keyboard.type(title)
  await typeAt(page, 'category', 'Music')
  await typeAt(page, 'description', 'First line\nSecond line')
  await typeAt(page, 'date', '2099-05-20')
  await typeAt(page, 'startTime', '23:30')
  await typeAt(page, 'endTime', '03:00')
  await typeAt(page, 'location', 'https://meet.example.com/ada')
  await page.keyboard.press('Enter')
  await text(page, 'before midnight UTC, which is 2:00 for you')
  expect(await hasFocus(page, '[name="endTime"]')).toBe(true)
  await page.locator(':focus').fill('01:30')
  await text(page, 'or 21:30 – 23:30 UTC')
  await tabTo(page, 'locationType')
  await page.keyboard.press('ArrowDown')
  await page.getByLabel('Link', { exact: true }).waitFor()
  await typeAt(page, 'maxAttendees', '2')
  await shot(page, 'desktop-new-meetup')
  // Whoever is thrown out meanwhile finds it again.
  await page.reload()
  await page.getByLabel('Description').waitFor()
  expect(await page.getByLabel('Description').inputValue()).toBe('First line\nSecond line')
  expect(await page.getByLabel('Online').isChecked()).toBe(true)
  await picture.setInputFiles({ name: 'pixel.png', mimeType: 'image/png', buffer: PICTURE })
  await text(page, 'pixel.png will be shown like this')
  await page.getByLabel('Places').focus()
  await page.keyboard.press('Enter')
}

test('create with a banner → attend → leave → cancel, seen by both as it happens', async () => {
  const creator = await openAs(browser, ada, DESKTOP)
  const title = 'Rehearsal of the <b>quartet</b>'
  // The connection is lost at first.
  await creator.route('**/banners/*', (route) => route.abort(), { times: 1 })
  await create(creator, title)
  await heading(creator, 'Your meetup is published')
  await text(creator, 'The picture did not arrive')
  await button(creator, 'Upload it again').click()
  await text(creator, 'The picture is uploaded')
  await shot(creator, 'desktop-meetup-published')
  await creator.getByRole('link', { name: 'See your meetup' }).click()
  await heading(creator, title)
  await text(creator, '2 of 2 places left')
  await text(creator, '23:30 – Thursday, 1:30 CEST')

  const guest = await openAs(browser, undefined, PHONE)
  await guest.goto(`${cloud.siteUrl}/meetups.html`)
  const card = guest.getByRole('article').filter({ hasText: title })
  await until(async () => expect(await card.locator('img').evaluate(widthOf)).toBe(1))
  await shot(guest, 'phone-meetups')
  expect(await overflow(guest)).toBe(0)
  await card.getByRole('link', { name: title }).click()
  await text(guest, /5:30.PM – 7:30.PM EDT/)
  await shot(guest, 'phone-meetup-stranger')
  expect(await overflow(guest)).toBe(0)
  await guest.getByRole('link', { name: 'Attend', exact: true }).click()
  await guest.getByLabel('E-mail address').fill(bob.email)
  await guest.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await button(guest, 'Log in').click()
  await heading(guest, title)
  await button(guest, 'Attend').click()
  await text(guest, 'You have a place.')
  expect(await hasFocus(guest, 'button')).toBe(true)
  await text(creator, '1 of 2 places left')
  await button(guest, 'Leave').click()
  await text(guest, 'You have left')
  await text(creator, '2 of 2 places left')
  await button(guest, 'Attend').click()
  await text(guest, 'You have a place.')
  await text(creator, '1 of 2 places left')

  await button(creator, 'Cancel this meetup…').click()
  const dialog = creator.getByRole('dialog', { name: `Cancel “${title}”?` })
  await dialog.getByText('1 person will be told').waitFor()
  await shot(creator, 'desktop-meetup-cancel')
  for (let tabs = 0; tabs < 4; tabs++) {
    expect(await hasFocus(creator, 'dialog button, body')).toBe(true)
    await creator.keyboard.press('Tab')
  }
  await creator.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(await button(creator, 'Cancel this meetup…').evaluate((element) => document.activeElement === element)).toBe(
    true,
  )
  await creator.keyboard.press('Enter')
  await button(creator, 'Cancel the meetup').click()
  await text(creator, 'This meetup was cancelled')
  await text(guest, 'This meetup was cancelled')
  await text(guest, 'You had a place')
  await shot(guest, 'phone-meetup-cancelled')
  await guest.goto(`${cloud.siteUrl}/meetups.html`)
  await text(guest, 'Nothing is coming up yet')
  await shot(guest, 'phone-meetups-empty')
  await guest.goto(`${cloud.siteUrl}/new-meetup.html`)
  await guest.getByLabel('Title').waitFor()
  await shot(guest, 'phone-new-meetup')
  expect(await overflow(guest)).toBe(0)
  await Promise.all([creator.context().close(), guest.context().close()])
})

test('who comes too late for the last place is told so in words', async () => {
  const meetupId = await publish({ maxAttendees: 1 })
  await cloud.settled()
  const page = await openAs(browser, bob, PHONE)
  await page.goto(urlOf(meetupId))
  await button(page, 'Attend').waitFor()
  // What the page knows is a moment old.
  await page.route(`**/api/meetups/${meetupId}`, (route) => route.abort())
  await call(cloud, 'POST', `/api/meetups/${meetupId}/attendances`, { token: ada.idToken })
  await cloud.settled()
  await button(page, 'Attend').click()
  await text(page, 'You have no place: the last one was taken')
  await page.unroute(`**/api/meetups/${meetupId}`)
  await page.reload()
  await text(page, 'All places are taken')
  await text(page, 'Full: 1 place taken')
  await shot(page, 'phone-meetup-full')
  await page.context().close()
})

test('a private meetup is in the list of whoever published it only; its link leads to it', async () => {
  const title = 'Secret supper'
  const meetupId = await publish({ title, privacy: 'private' })
  const shown = await publish({ title: 'Open supper' })
  await cloud.settled()
  const page = await openAs(browser, ada, PHONE)
  await page.goto(`${cloud.siteUrl}/meetups.html`)
  await page.getByRole('link', { name: 'Open supper' }).waitFor()
  expect(await page.getByRole('link', { name: title }).count()).toBe(0)
  await page.goto(urlOf(meetupId))
  await text(page, 'only who has this link finds it')
  expect(await page.getByLabel('Link to share').inputValue()).toBe(urlOf(meetupId))

  await call(cloud, 'POST', `/api/meetups/${shown}/attendances`, { token: ada.idToken })
  await cloud.settled()
  await page.goto(`${cloud.siteUrl}/dashboard.html`)
  const row = page.getByRole('article').filter({ hasText: title })
  await row.getByText('Private').waitFor()
  await button(page, `Cancel… ${title}`).click()
  await button(page, 'Cancel the meetup').click()
  await row.getByText('Cancelled', { exact: true }).waitFor()
  await shot(page, 'phone-dashboard')
  expect(await overflow(page)).toBe(0)
  await page.getByRole('tab', { name: 'My meetups' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL('**/dashboard.html?tab=attending')
  await page.reload()
  await button(page, 'Leave Open supper').click()
  await text(page, 'You have left.')
  await shot(page, 'phone-dashboard-left')
  await page.context().close()
})

test('the list is read on page by page, also after a failure; the focus goes on with it', async () => {
  await Promise.all(Array.from({ length: 13 }, (_, number) => publish({ title: `Nr ${number}`, date: '2098-01-01' })))
  await cloud.settled()
  const page = await openAs(browser, undefined, DESKTOP)
  const fails = { status: 503, headers: { 'retry-after': '5' }, json: {} }
  await page.route('**/api/meetups?*', (route) => route.fulfill(fails), { times: 1 })
  await page.goto(`${cloud.siteUrl}/meetups.html`)
  await text(page, 'Please try again in 5 seconds')
  await button(page, 'Try again').click()
  const links = page.locator('h2 a')
  await until(async () => expect(await links.count()).toBe(12))
  await button(page, 'Show more meetups').click()
  await until(async () => expect(await links.count()).toBeGreaterThan(13))
  expect(await links.nth(12).evaluate((link) => document.activeElement === link)).toBe(true)
  expect(new Set(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).size).toBe(
    await links.count(),
  )
  await shot(page, 'desktop-meetups')

  await page.goto(urlOf('nowhere'))
  await heading(page, 'There is no such meetup')
  await shot(page, 'desktop-meetup-missing')
  await page.context().close()
})
