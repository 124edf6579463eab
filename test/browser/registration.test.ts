import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { linkIn, newEmail, verificationMail } from '../support/registration.ts'

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
  test('form → inbox in the console → link → confirmed, and the console shows why', async () => {
    const page = await browser.newPage({ viewport })
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    const email = newEmail()

    await page.goto(`${cloud.siteUrl}/`)
    await shot(page, `${device}-home`)
    await page.getByLabel('Name').fill('Ada Lovelace')
    await page.getByLabel(/e-?mail/i).fill(email)
    await shot(page, `${device}-register`)
    await page.getByRole('button', { name: /register|sign up/i }).click()
    await page.getByText(email).waitFor()
    await shot(page, `${device}-check-inbox`)

    const mail = await verificationMail(cloud, email)
    await page.goto(`${cloud.siteUrl}/_console/`)
    await shot(page, `${device}-console-events`)
    await page.goto(linkIn(mail))
    await page.waitForURL(/confirmed\.html$/)
    await page.getByRole('heading', { name: /confirmed/i }).waitFor()
    await shot(page, `${device}-confirmed`)

    await cloud.settled()
    await page.goto(linkIn(mail))
    await page.getByText(/already verified/).waitFor()
    await shot(page, `${device}-already-verified`)
    expect(problems).toEqual([])
    await page.close()
  })

  test('a wrong form names every mistake at its field', async () => {
    const page = await browser.newPage({ viewport })
    await page.goto(`${cloud.siteUrl}/`)
    await page.getByLabel(/e-?mail/i).fill('nope')
    await page.getByRole('button', { name: /register|sign up/i }).click()
    await page.getByText('Required').first().waitFor()
    await page.getByText(/one e-mail address/).waitFor()
    await shot(page, `${device}-register-mistakes`)
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
    await page.close()
  })
})

test('the register form works without JavaScript', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: SIZES.phone })
  const page = await context.newPage()
  const email = newEmail()
  await page.goto(`${cloud.siteUrl}/`)
  await page.getByLabel('Name').fill('No Script')
  await page.getByLabel(/e-?mail/i).fill(email)
  await page.getByRole('button', { name: /register|sign up/i }).click()
  await page.waitForURL(/check-inbox\.html$/)
  await shot(page, 'noscript-check-inbox')
  const link = linkIn(await verificationMail(cloud, email))
  // A click that is faster than the consumer that keeps the registration is told so.
  await cloud.settled()
  await page.goto(link)
  await page.waitForURL(/confirmed\.html$/)
  await shot(page, 'noscript-confirmed')
  await context.close()
})
