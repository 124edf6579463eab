import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAccount, signUp } from '../support/account.ts'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail } from '../support/registration.ts'
import { until } from '../support/until.ts'

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

const TOPIC = 'ensemble-dev-notifications'

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  const open = async (place: string) => {
    const opened = await openPage(browser, viewport)
    await opened.page.goto(`${cloud.siteUrl}/_console/#/${place}`)
    return opened
  }

  test('somebody who signs up is seen, confirmed by hand and deleted', async () => {
    const { page, problems } = await open('users')
    const email = newEmail()
    const userId = await signUp(cloud, email, 'Grace Hopper')
    const row = page.getByRole('region', { name: 'Users' }).getByRole('link', { name: email })
    await row.getByText('not confirmed').waitFor()
    await shot(page, `${device}-console-users`)
    await row.click()
    const user = page.getByRole('article', { name: email })
    for (const text of [userId, 'Grace Hopper', 'not verified']) await user.getByText(text, { exact: true }).waitFor()
    await user.getByRole('button', { name: 'Confirm by hand' }).focus()
    await page.keyboard.press('Enter')
    await user.getByText('confirmed', { exact: true }).waitFor()
    await user.getByText('pending', { exact: true }).waitFor()
    await shot(page, `${device}-console-user-confirmed`)
    await user.getByRole('button', { name: 'Delete' }).click()
    await user.getByText(`Delete ${email} for good?`).waitFor()
    await page.keyboard.press('Escape')
    await user.getByRole('button', { name: 'Delete' }).click()
    await user.getByRole('button', { name: 'Delete' }).click()
    await user.waitFor({ state: 'detached' })
    await row.waitFor({ state: 'detached' })
    expect(await overflow(page)).toBe(0)
    // Before the page hears that the user is deleted it may ask for them once more: a 400, which Chromium writes down.
    expect(problems.filter((problem) => !problem.includes('400'))).toEqual([])
    await page.close()
  })

  test("a user's sessions, mails and events are a click away", async () => {
    const { email, userId } = await newAccount(cloud)
    const { page, problems } = await open('users')
    await page.getByLabel('Address, name or id').fill(userId.slice(0, 13))
    await page.getByText('1 user found').waitFor()
    await page.getByRole('region', { name: 'Users' }).getByRole('link', { name: email }).click()
    const user = page.getByRole('article', { name: email })
    await user.getByText('with ensemble-dev-web').waitFor()
    await shot(page, `${device}-console-user`)
    await user.getByRole('link', { name: 'Events with this id' }).click()
    await page
      .getByRole('link', { name: /UserConfirmed/ })
      .first()
      .waitFor()
    await page.goBack()
    await user.getByRole('link', { name: 'Mails to this address' }).click()
    await page.getByText(`to ${email}`).first().waitFor()
    const mails = page.getByRole('region', { name: 'Mails' }).getByRole('listitem')
    await mails.getByText('Account Created').waitFor()
    expect(await mails.filter({ hasNotText: email }).count()).toBe(0)
    await shot(page, `${device}-console-inbox-to`)
    await page.getByRole('link', { name: 'All mails' }).click()
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('a subscription is confirmed by its mail, and a message by hand reaches whom it is for', async () => {
    const { email, userId } = await newAccount(cloud)
    const { page, problems } = await open(`topics/${TOPIC}`)
    const topic = page.getByRole('article', { name: TOPIC })
    await topic.getByLabel('Endpoint or filter').fill(email)
    await topic.getByText('1 subscription found').waitFor()
    const subscription = topic.getByRole('listitem').filter({ hasText: email })
    await subscription.getByText('pending').waitFor()
    await subscription.getByRole('link', { name: 'Confirmation mail' }).click()
    await page.getByRole('article', { name: 'Mail' }).getByText('Subscription Confirmation').first().waitFor()
    const [mail] = (await cloud.emails(email)).filter(({ subject }) => subject.includes('Subscription Confirmation'))
    await fetch(/http:\S+/.exec(mail?.text ?? '')?.[0] ?? '')
    await page.goBack()
    await subscription.getByText('confirmed').waitFor()
    await topic.getByText('Publish by hand').click()
    expect(await topic.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true)
    await topic.getByLabel('Message').fill('For you alone')
    await topic.getByRole('button', { name: 'Add an attribute' }).click()
    await topic.getByLabel('Name of attribute 1').fill('userId')
    await topic.getByLabel('Value of attribute 1').fill(userId)
    await topic.getByRole('button', { name: 'Publish' }).click()
    await topic.getByText('1 subscription got it').waitFor()
    await shot(page, `${device}-console-topic`)
    await until(async () => expect((await cloud.emails(email))[0]?.text).toContain('For you alone'))
    await topic.getByLabel('Type of attribute 1').selectOption('Number')
    await topic.getByRole('button', { name: 'Publish' }).click()
    await topic.getByText("Could not cast message attribute 'userId' value to number.").waitFor()
    await topic.getByRole('button', { name: 'Remove attribute 1' }).click()
    await topic.getByRole('button', { name: 'Publish' }).click()
    await topic.getByText('published to nobody').waitFor()
    expect(await overflow(page)).toBe(0)
    expect(problems.filter((problem) => !problem.includes('400'))).toEqual([])
    await page.close()
  })
})

test.each(['users', 'topics'])('%s that cannot be loaded say so, and are tried again', async (name) => {
  const { page } = await openPage(browser, SIZES.phone)
  const api = new RegExp(`/_console/api/${name}(\\?|$)`)
  await page.route(api, (route) => route.abort())
  await page.goto(`${cloud.siteUrl}/_console/#/${name}`)
  await page.getByRole('heading', { name: /could not be loaded/ }).waitFor()
  await page.unroute(api)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: /could not be loaded/ }).waitFor({ state: 'detached' })
  await page.close()
})
