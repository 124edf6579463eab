import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Account, newAccount } from '../support/account.ts'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { order } from '../support/ordering.ts'

const MACHINE = 'ensemble-dev-place-order'
const stateDir = newStateDir()
/** An order of each kind, by its payment method. */
const orders: Record<string, string> = {}
let cloud: RunningCloud
let browser: Browser
let ada: Account
beforeAll(async () => {
  cloud = await startCloud(
    stateDir,
    '-c',
    'chargePaymentProvisionedConcurrency=1',
    '-c',
    'placeOrderReservedConcurrency=3',
  )
  ada = await newAccount(cloud)
  for (const paymentMethod of ['card_ok', 'card_declined', 'card_flaky'])
    orders[paymentMethod] = await order(
      cloud,
      ada,
      { items: [{ sku: 'A-1', qty: 1 }], paymentMethod },
      { 'x-correlation-id': `executions-${paymentMethod}` },
    )
  await cloud.settled()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

/** A state in the picture. */
const boxOf = (page: Page, name: string) =>
  page.getByRole('list', { name: 'States' }).getByRole('button', { name: new RegExp(`^${name} `) })

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  const open = async (place: string) => {
    const opened = await openPage(browser, viewport)
    await opened.page.goto(`${cloud.siteUrl}/_console/#/${place}`)
    return opened
  }
  const find = async (paymentMethod: string) => {
    const orderId = orders[paymentMethod] ?? ''
    const opened = await open('executions')
    await opened.page.getByLabel('Name, or any text in the input').fill(orderId)
    await opened.page.getByText('1 execution found').waitFor()
    await opened.page.getByRole('link', { name: orderId }).click()
    return { ...opened, execution: opened.page.getByRole('article', { name: orderId }) }
  }

  test('executions are listed and filtered; a confirmed order went straight down', async () => {
    const { page, problems } = await open('executions')
    await page.getByText('3 executions', { exact: true }).waitFor()
    await page.getByText('ended in Tell of the failure').waitFor()
    await shot(page, `${device}-console-executions`)
    await page.getByLabel('Status').selectOption('FAILED')
    await page.getByText('0 executions found').waitFor()
    await page.close()

    const confirmed = await find('card_ok')
    for (const name of ['Validate', 'Reserve', 'Charge', 'Confirm', 'Tell of the confirmation'])
      await boxOf(confirmed.page, name).getByText('succeeded').waitFor()
    await boxOf(confirmed.page, 'Refund').getByText('not entered').waitFor()
    await boxOf(confirmed.page, 'Confirm').focus()
    await confirmed.page.keyboard.press('Enter')
    const state = confirmed.execution.getByRole('region', { name: 'State Confirm' })
    await state.getByText('on any error to Refund').waitFor()
    await state.getByText('"event"').waitFor()
    await shot(confirmed.page, `${device}-console-execution`)
    // In the order in which one reads, and reached one after the other.
    await boxOf(confirmed.page, 'Validate').focus()
    await confirmed.page.keyboard.press('Tab')
    expect(await boxOf(confirmed.page, 'Reserve').evaluate((box) => box === document.activeElement)).toBe(true)
    await confirmed.execution.getByText('LambdaFunctionScheduled').first().click()
    await confirmed.execution.getByText('"timeoutInSeconds"').waitFor()

    await confirmed.execution.getByRole('link', { name: 'Its chain of events' }).click()
    const id = orders.card_ok ?? ''
    await confirmed.page.getByRole('link', { name: `${MACHINE} ${id.slice(0, 8)}` }).waitFor()
    await shot(confirmed.page, `${device}-console-execution-chain`)
    await confirmed.page.locator(`a[href$="${id}"]`, { hasText: 'its execution' }).click()
    await boxOf(confirmed.page, 'Confirm').waitFor()
    expect(await overflow(confirmed.page)).toBe(0)
    expect([...problems, ...confirmed.problems]).toEqual([])
    await confirmed.page.close()
  })

  test('of a declined card it shows where it failed, and what was undone', async () => {
    const { page, execution, problems } = await find('card_declined')
    const state = execution.getByRole('region', { name: 'State Charge' })
    await state.getByText('PaymentDeclined').first().waitFor()
    await state.getByText('The card was declined', { exact: true }).waitFor()
    await boxOf(page, 'Charge').getByText('failed, caught').waitFor()
    for (const name of ['Refund', 'Release', 'Fail', 'Tell of the failure'])
      await boxOf(page, name).getByText('succeeded').waitFor()
    await boxOf(page, 'Confirm').getByText('not entered').waitFor()
    await shot(page, `${device}-console-execution-declined`)
    await state.getByRole('link', { name: 'its log of this' }).click()
    const log = page.getByRole('article', { name: 'ensemble-dev-charge-payment' })
    await log.getByText('Alias live').waitFor()
    await log.getByText('provisioned concurrency 1').waitFor()
    expect(await log.getByLabel('Correlation id').inputValue()).toBe('executions-card_declined')
    expect(problems).toEqual([])
    await page.close()
  })

  test('of a flaky card it shows each attempt, and how long it waited between them', async () => {
    const { page, execution, problems } = await find('card_flaky')
    await boxOf(page, 'Charge').getByText('2 retries').waitFor()
    await boxOf(page, 'Charge').click()
    const attempts = execution.getByRole('table', { name: 'Attempts' }).getByRole('row')
    await attempts.nth(3).getByText('succeeded').waitFor()
    expect(await attempts.nth(1).textContent()).toMatch(/PaymentUnavailable.*(ms|s)$/)
    await shot(page, `${device}-console-execution-flaky`)
    expect(problems).toEqual([])
    await page.close()
  })

  test('the hourly cleanup tells when it runs, and runs at once', async () => {
    const { page, problems } = await open('consumers')
    const card = page.getByRole('listitem', { name: /expire-orders/ })
    await card.getByText('every hour').waitFor()
    await card.getByRole('button', { name: /^Run/ }).click()
    await card.getByText('has run in').waitFor()
    await card.scrollIntoViewIfNeeded()
    await page.screenshot({ path: `.artifacts/screenshots/${device}-console-schedules.png` })
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })
})

test('an execution that there is not is said so', async () => {
  const { page } = await openPage(browser, SIZES.phone)
  const arn = `arn:aws:states:us-east-1:000000000000:execution:${MACHINE}:nobody`
  await page.goto(`${cloud.siteUrl}/_console/#/executions/${encodeURIComponent(arn)}`)
  await page.getByRole('heading', { name: 'There is no such execution.' }).waitFor()
  await page.close()
})

test('an execution shows up by itself, and is followed to its end', async () => {
  const { page, problems } = await openPage(browser, SIZES.phone)
  await page.goto(`${cloud.siteUrl}/_console/#/executions`)
  await page.getByText('3 executions', { exact: true }).waitFor()
  const orderId = await order(cloud, ada, { items: [{ sku: 'A-1', qty: 1 }], paymentMethod: 'card_flaky' })
  await page.getByRole('link', { name: orderId }).click()
  await boxOf(page, 'Tell of the confirmation').getByText('succeeded').waitFor()
  await page.getByRole('article', { name: orderId }).getByText('succeeded', { exact: true }).first().waitFor()
  expect(problems).toEqual([])
  await page.close()
})
