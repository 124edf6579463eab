import { mkdirSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { REFRESH_TOKEN } from '../../producers/site/account/session.ts'
import type { Account } from './account.ts'

const SCREENSHOTS = '.artifacts/screenshots'

/**
 * In place of Playwright's own list, of which the rest has to do with the network or other systems. The window of every
 * new page would load the suggestions of an address bar, which nobody sees and costs more than many a page of ours.
 */
const DISABLED_FEATURES = `--disable-features=${[
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding',
  'DestroyProfileOnBrowserClose',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'ThirdPartyStoragePartitioning',
]}`

/** A desktop and a phone. */
export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const

export const startBrowser = (): Promise<Browser> => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      DISABLED_FEATURES,
    ],
  })
}

/** Into `.artifacts/screenshots`. */
export const shot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })

/** A page, and what went wrong in it so far: exceptions and what the console calls an error. */
export async function openPage(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const page = await browser.newPage({ viewport })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  return { page, problems }
}

/** A page in a browser of its own, in which this account, if any, is logged in. */
export async function openAs(
  browser: Browser,
  account: Pick<Account, 'refreshToken'> | undefined,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  if (account) {
    await context.addInitScript(
      ([key, token]) => key && token && localStorage.setItem(key, token),
      [REFRESH_TOKEN, account.refreshToken],
    )
  }
  return context.newPage()
}

/** How much wider than the window a page is, in pixels: 0 if nothing has to be scrolled sideways, and nothing is cut off. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { documentElement: root, body } = document
    const isClipped = getComputedStyle(body).overflowX === 'clip'
    if (isClipped) body.style.overflowX = 'visible'
    const wider = root.scrollWidth - root.clientWidth
    if (isClipped) body.style.overflowX = ''
    return wider
  })
