import type { Browser } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { newStateDir, type RunningCloud, removeStateDir, startCloud } from '../support/cloud.ts'
import { fillJournal } from '../support/filled-journal.ts'
import { median, round } from './statistics.ts'

const COUNTS = [1_000, 100_000]
const RUNS = 9

/** How long the console takes over few events and over many: milliseconds, medians. */
export async function consolePages(): Promise<readonly object[]> {
  const browser = await startBrowser()
  try {
    const columns: Record<string, number>[] = []
    for (const count of COUNTS) columns.push(await measure(browser, count))
    const [few = {}, many = {}] = columns
    return Object.keys(many).map((what) => ({
      what,
      ...Object.fromEntries(COUNTS.map((count, index) => [`${count} events, ms`, columns[index]?.[what]])),
      'many to few': round((many[what] ?? 0) / (few[what] ?? 1), 1),
    }))
  } finally {
    await browser.close()
  }
}

async function measure(browser: Browser, count: number): Promise<Record<string, number>> {
  const stateDir = newStateDir()
  fillJournal(stateDir, count)
  const cloud = await startCloud(stateDir)
  try {
    const get = (path: string) => () => ask(cloud, path)
    return {
      status: await typical(get('status')),
      'events?limit=1000': await typical(get('events?limit=1000')),
      'first page of the log': await typical(get('log')),
      'search, found at once': await typical(get('log?text=confirmed')),
      'search, found last': await typical(() => search(cloud, 'person-0@example.com')),
      'search, found nowhere': await typical(() => search(cloud, 'nobody@example.org')),
      'an event by its id': await typical(get('log/no-such-event')),
      'plan of a replay': await typical(() => plan(cloud)),
      ...(await inBrowser(browser, cloud)),
    }
  } finally {
    await cloud.stop()
    removeStateDir(stateDir)
  }
}

async function typical(work: () => Promise<unknown>): Promise<number> {
  await work()
  const taken: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now()
    await work()
    taken.push(performance.now() - startedAt)
  }
  return round(median(taken))
}

const ask = async ({ siteUrl }: RunningCloud, path: string): Promise<unknown> =>
  (await fetch(`${siteUrl}/_console/api/${path}`)).json()

/** Through all there is, as the page does it. */
async function search(cloud: RunningCloud, text: string): Promise<void> {
  let before: number | undefined
  do {
    const page = Object(
      await ask(cloud, `log?${new URLSearchParams({ text, ...(before ? { before: `${before}` } : {}) })}`),
    )
    before = page.next
  } while (before !== undefined)
}

const plan = ({ siteUrl }: RunningCloud) =>
  fetch(`${siteUrl}/_console/api/replays/plan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: siteUrl },
    body: '{}',
  }).then((response) => response.json())

/** The page itself: until its first rows are there, until a search shows what it found, and how a long scroll goes. */
async function inBrowser(browser: Browser, { siteUrl }: RunningCloud): Promise<Record<string, number>> {
  const opened: number[] = []
  const searched: number[] = []
  const frames: number[] = []
  for (let run = 0; run < 5; run++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    let startedAt = performance.now()
    await page.goto(`${siteUrl}/_console/`)
    await page.locator('li[data-id]').first().waitFor()
    opened.push(performance.now() - startedAt)
    frames.push(await page.evaluate(scrollFar))
    startedAt = performance.now()
    await page.getByRole('searchbox').fill('person-0@example.com')
    await page.getByText('2 found', { exact: true }).waitFor()
    searched.push(performance.now() - startedAt)
    await page.close()
  }
  return {
    'page, to its first rows': round(median(opened), 0),
    'page, from typing to the last event (200 ms of it for more typing)': round(median(searched), 0),
    'page, slowest frame of a long scroll': round(median(frames), 0),
  }
}

/** In the page: scrolls through a few hundred rows and answers the longest that a frame took. */
const scrollFar = (): Promise<number> =>
  new Promise((resolve) => {
    const scroller = document.querySelector('ol')?.parentElement
    let [slowest, before, left] = [0, performance.now(), 120]
    const step = () => {
      slowest = Math.max(slowest, performance.now() - before)
      before = performance.now()
      scroller?.scrollBy(0, 300)
      if (--left > 0) requestAnimationFrame(step)
      else resolve(slowest)
    }
    requestAnimationFrame(step)
  })
