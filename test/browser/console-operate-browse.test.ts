import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../infra/local/database.ts'
import { openSchemaVersions } from '../../infra/local/engines/schemas/versions.ts'
import { root } from '../../infra/paths.ts'
import { openPage, overflow, SIZES, shot, startBrowser } from '../support/browser.ts'
import { clientConfig } from '../support/client-config.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { newEmail, register } from '../support/registration.ts'
import { until } from '../support/until.ts'

const stateDir = newStateDir()
const email = newEmail()
let registrationId: string
let cloud: RunningCloud
let browser: Browser
beforeAll(async () => {
  keepOlderVersion()
  cloud = await startCloud(stateDir)
  registrationId = await register(cloud, email, 'Ada Lovelace', { 'x-correlation-id': 'browse-1' })
  await fillBucket()
  await cloud.settled()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
  removeStateDir(stateDir)
})

/** As if a checkout from before had run over the same state. */
function keepOlderVersion(): void {
  const database = openDatabase(stateDir)
  const content = { type: 'object', properties: { detail: { type: 'object', properties: {} } } }
  openSchemaVersions(database, Date.now).keep(
    'ensemble-dev',
    'ensemble.registrations@RegistrationRequested',
    'JSONSchemaDraft4',
    JSON.stringify(content),
  )
  database.close()
}

async function fillBucket(): Promise<void> {
  const client = new S3Client(clientConfig(cloud.endpoint))
  const Bucket = 'pictures'
  await client.send(new CreateBucketCommand({ Bucket }))
  const picture = readFileSync(join(root, '.github/console.png'))
  for (const device of Object.keys(SIZES))
    await client.send(new PutObjectCommand({ Bucket, Key: `${device}/a.png`, Body: picture, ContentType: 'image/png' }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'page.html', Body: '<h1>', ContentType: 'text/html' }))
}

describe.each(Object.entries(SIZES))('on a %s', (device, viewport) => {
  const open = async (place: string) => {
    const opened = await openPage(browser, viewport)
    await opened.page.goto(`${cloud.siteUrl}/_console/#/${place}`)
    return opened
  }

  test('a schema shows its fields, who takes it, the last one seen, and how it has changed', async () => {
    const { page, problems } = await open('schemas')
    await page.getByRole('link', { name: /RegistrationRequested/ }).click()
    const schema = page.getByRole('article', { name: 'RegistrationRequested' })
    await schema
      .getByRole('row', { name: /data\.email/ })
      .getByText('One e-mail address.')
      .waitFor()
    for (const consumer of ['keep-registrations', 'send-verification'])
      await schema.getByRole('link', { name: consumer }).waitFor()
    await schema.getByText(email).waitFor()
    await shot(page, `${device}-console-schemas`)
    await schema.getByRole('heading', { name: 'Versions side by side' }).scrollIntoViewIfNeeded()
    await schema.getByText(/lines differ/).waitFor()
    await shot(page, `${device}-console-schemas-versions`)
    await schema.getByLabel('From').selectOption('2')
    await schema.getByText('They are the same.').waitFor()
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('a table shows its key and its items, and one is found by its key', async () => {
    const { page, problems } = await open('tables/ensemble-dev-registrations')
    const table = page.getByRole('article', { name: 'ensemble-dev-registrations' })
    await table.getByText('registrationId (text)').waitFor()
    await table.getByText(registrationId).click()
    await table.getByText('"PENDING"').waitFor()
    await shot(page, `${device}-console-tables`)
    await table.getByLabel('registrationId').fill('nobody')
    await page.keyboard.press('Enter')
    await table.getByRole('heading', { name: 'Nothing has this key' }).waitFor()
    await table.getByLabel('registrationId').fill(registrationId)
    await table.getByRole('button', { name: 'Find' }).click()
    await table.getByText('1 item', { exact: true }).last().waitFor()
    await table.getByRole('listitem').filter({ hasText: registrationId }).waitFor()
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('a bucket shows its objects, pictures as they are, to download and to delete', async () => {
    const { page, problems } = await open('buckets')
    await page.getByRole('link', { name: /pictures/ }).click()
    const bucket = page.getByRole('article', { name: 'pictures' })
    await bucket.getByLabel('Key begins with').fill(device)
    await bucket.getByText('1 object', { exact: true }).waitFor()
    await bucket.getByText(`${device}/a.png`).click()
    const picture = bucket.getByRole('img', { name: `${device}/a.png` })
    await until(async () =>
      expect(await picture.evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth)).toBeGreaterThan(0),
    )
    await shot(page, `${device}-console-buckets`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      bucket.getByRole('link', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('a.png')
    expect(await overflow(page)).toBe(0)

    await bucket.getByRole('button', { name: 'Delete' }).click()
    await bucket.getByRole('group', { name: `Delete ${device}/a.png for good?` }).waitFor()
    await shot(page, `${device}-console-buckets-delete`)
    await bucket.getByRole('button', { name: 'Delete' }).click()
    await bucket.getByRole('heading', { name: 'No key begins with this' }).waitFor()
    expect(problems).toEqual([])
    await page.close()
  })

  test("a function's log is filtered and leads to the chain; by hand it is invoked", async () => {
    const { page, problems } = await open('functions/ensemble-dev-keep-registrations')
    const fn = page.getByRole('article', { name: 'ensemble-dev-keep-registrations' })
    await fn.getByText('consumed').first().waitFor()
    await shot(page, `${device}-console-functions`)
    await fn.getByLabel('Correlation id').fill('nobody')
    await fn.getByText('No line is like that.').waitFor()
    await fn.getByLabel('Correlation id').fill('browse-1')
    await fn.getByRole('link', { name: 'Chain browse-1' }).first().waitFor()
    await fn.getByLabel('Level').selectOption('ERROR')
    await fn.getByText('No line is like that.').waitFor()
    await fn.getByLabel('Level').selectOption('INFO')

    await fn.getByText('Invoke by hand').click()
    await fn.getByLabel('Payload, in JSON').fill('{')
    await fn.getByText('This is not JSON').waitFor()
    expect(await fn.getByRole('button', { name: 'Invoke' }).isDisabled()).toBe(true)
    await fn.getByLabel('Payload, in JSON').fill('{"Records":[]}')
    await fn.getByRole('button', { name: 'Invoke' }).click()
    await fn.getByText('"batchItemFailures"').waitFor()
    await fn.getByText('variables').click()
    await shot(page, `${device}-console-functions-invoked`)
    expect(await fn.getByText('not shown').count()).toBeGreaterThan(2)

    await fn.getByRole('link', { name: 'Chain browse-1' }).first().click()
    await page.getByText('RegistrationRequested').first().waitFor()
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test('arrow keys move through a list', async () => {
    const { page } = await open('functions')
    const links = page.getByRole('region', { name: 'Functions' }).getByRole('link')
    await links.first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await links.nth(1).evaluate((link) => link === document.activeElement)).toBe(true)
    await page.close()
  })
})

test.each(['consumers', 'dead-letters', 'schemas', 'tables', 'buckets', 'functions'])(
  '%s that cannot be loaded say so, and are tried again',
  async (name) => {
    const { page } = await openPage(browser, SIZES.phone)
    const api = `**/_console/api/${name}`
    await page.route(api, (route) => route.abort())
    await page.goto(`${cloud.siteUrl}/_console/#/${name}`)
    await page.getByRole('heading', { name: /could not be loaded/ }).waitFor()
    await page.unroute(api)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: /could not be loaded/ }).waitFor({ state: 'detached' })
    await page.close()
  },
)
