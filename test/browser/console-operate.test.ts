import { GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register, verificationMail } from '../support/registration.ts'

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

/** From now on a consumer's event is dead when its first attempt has failed, a second later. */
async function giveUpAtOnce(consumer: string): Promise<void> {
  const sqs = new SQSClient(clientConfig(cloud.endpoint))
  const name = `ensemble-dev-${consumer}`
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }))
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}-dlq`,
    maxReceiveCount: 1,
  })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '1', RedrivePolicy } }))
}

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  test('a consumer is paused, its events wait, and resumed it processes them', async () => {
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/#/consumers`)
    const card = page.getByRole('listitem', { name: 'send-verification', exact: true })
    await card.getByRole('button', { name: 'Pause send-verification' }).click()
    await card.getByText('paused', { exact: true }).waitFor()
    const email = newEmail()
    await register(cloud, email)
    await card.locator('div', { hasText: /^Waiting1$/ }).waitFor()
    await shot(page, `${device}-console-consumers`)
    expect(await cloud.emails(email)).toEqual([])
    await card.getByRole('button', { name: 'Resume send-verification' }).click()
    await card.locator('div', { hasText: /^Waiting0$/ }).waitFor()
    await cloud.settled()
    expect(await cloud.emails(email)).toHaveLength(1)
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('one that fails on purpose leaves dead letters, which are looked at, redriven and dropped', async () => {
    await giveUpAtOnce('send-verification')
    const { page, problems } = await openPage(browser, viewport)
    await page.goto(`${cloud.siteUrl}/_console/#/consumers`)
    const card = page.getByRole('listitem', { name: 'send-verification', exact: true })
    await card.getByRole('button', { name: 'Fail send-verification on purpose' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'All, until stopped' }).waitFor()
    await shot(page, `${device}-console-fail-menu`)
    await page.getByRole('menuitem', { name: 'All, until stopped' }).click()
    await card.getByText('all fail on purpose').waitFor()
    const [email, other] = [newEmail(), newEmail()]
    await register(cloud, email)
    await register(cloud, other)
    await card.getByRole('link', { name: '2', exact: true }).click()

    const letters = page.getByRole('region', { name: 'ensemble-dev-send-verification-dlq' })
    await letters.getByText('FailedOnPurpose: Failed on purpose before the work was begun').waitFor()
    const first = letters.getByRole('listitem').first()
    await first.getByText('1 attempt').click()
    await first.getByText(email).waitFor()
    await shot(page, `${device}-console-dead-letters`)
    expect(await overflow(page)).toBe(0)

    await page.goto(`${cloud.siteUrl}/_console/#/consumers`)
    await card.getByRole('button', { name: 'Stop failing send-verification' }).click()
    await card.getByText('all fail on purpose').waitFor({ state: 'detached' })
    await page.goto(`${cloud.siteUrl}/_console/#/dead-letters`)
    await letters.getByRole('listitem').first().getByRole('button', { name: 'Redrive' }).click()
    await letters.getByText('1 message', { exact: true }).waitFor()
    await verificationMail(cloud, email)

    await letters.getByRole('button', { name: 'Drop all' }).click()
    await letters.getByText('Drop 1 message for good?').waitFor()
    await shot(page, `${device}-console-dead-letters-drop`)
    await page.keyboard.press('Escape')
    await letters.getByText('Drop 1 message for good?').waitFor({ state: 'detached' })
    await letters.getByRole('button', { name: 'Drop all' }).click()
    await letters.getByRole('button', { name: 'Drop all' }).click()
    await page.getByRole('heading', { name: 'No dead letters' }).waitFor()
    await shot(page, `${device}-console-dead-letters-none`)
    expect(await cloud.emails(other)).toEqual([])
    expect(problems).toEqual([])
    await page.close()
  })
})
