import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consumers, events, routes } from '../../../infra/contracts.ts'
import { buildDocs } from '../../../infra/docs/build.ts'
import { patternOf } from '../../../infra/pattern.ts'
import { versionedNameOf } from '../../../schemas/event.ts'
import * as shop from './shop.ts'

const PAGES = ['docs/index.html', 'docs/api/index.html', 'docs/events/index.html']

const folder = mkdtempSync(join(tmpdir(), 'ensemble-docs-'))
const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
const files = (): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(folder, file)).isFile())

beforeAll(() => buildDocs(folder))
afterAll(() => rmSync(folder, { recursive: true }))

test('is the same whenever it is built, and nothing else is left', async () => {
  const before = Object.fromEntries(files().map((file) => [file, read(file)]))
  await buildDocs(folder)
  expect(Object.fromEntries(files().map((file) => [file, read(file)]))).toEqual(before)
  expect(
    Object.keys(before)
      .filter((file) => !file.startsWith('assets/'))
      .sort(),
  ).toEqual([...PAGES, 'docs/asyncapi.json', 'docs/openapi.json'].sort())
})

test.each(PAGES)('%s can be read without JavaScript, and keeps to the content security policy', (page) => {
  const html = read(page)
  expect(html).toMatch(/^<!doctype html><html lang="en">/)
  expect(html.match(/<h1[ >]/g)).toHaveLength(1)
  expect(html).toContain('<main')
  expect(html).not.toMatch(/ (on\w+|style)=/)
  for (const [, attributes, code] of html.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)) {
    expect(attributes).toMatch(/ src="\/assets\//)
    expect(code).toBe('')
  }
  for (const [, file = ''] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g))
    expect(existsSync(join(folder, file))).toBe(true)
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(PAGES)('every link on %s leads to something', (page) => {
  const html = read(page)
  const links = [...html.matchAll(/ href="(\/docs\/[^"#]*|)(?:#([^"]*))?"/g)]
  expect(links.length).toBeGreaterThan(5)
  for (const [link, path = '', anchor] of links) {
    const file = path === '' ? page : path.slice(1) + (path.endsWith('/') ? 'index.html' : '')
    expect(existsSync(join(folder, file)), link).toBe(true)
    if (anchor) expect(read(file), link).toContain(` id="${anchor}"`)
  }
})

test('every route, every event and every consumer has a place', () => {
  for (const { name, path } of routes.filter(({ path }) => path.startsWith('/'))) {
    expect(read('docs/api/index.html')).toContain(` id="${name}"`)
    expect(read('docs/api/index.html')).toContain(path)
  }
  for (const event of events) expect(read('docs/events/index.html')).toContain(` id="${versionedNameOf(event)}"`)
  for (const { name, declaration } of consumers) {
    expect(read('docs/index.html')).toContain(` id="${name}"`)
    expect(read('docs/index.html')).toContain(declaration.events[0]?.name)
  }
})

test('what a browser loads stays small', () => {
  const sizes = files()
    .filter((file) => file.startsWith('assets/'))
    .map((file) => gzipSync(read(file)).length)
  expect(Math.max(...sizes)).toBeLessThan(8 * 1024)
})

test('whatever contracts may say is told', async () => {
  const shops = mkdtempSync(join(tmpdir(), 'ensemble-docs-'))
  const page = (name: string): string => readFileSync(join(shops, 'docs', name, 'index.html'), 'utf8')
  try {
    await buildDocs(shops, { ...shop, patternOf: (events) => patternOf(events, shop.events) })
    expect(page('api')).toContain('An old name, since 2027-01-15: use <code>/api/orders</code>')
    expect(page('api')).toContain('whoever has a token of the user pool')
    expect(page('api')).toContain('authorization: Bearer $TOKEN')
    expect(page('api')).not.toContain('$default')
    expect(page('events')).toContain('href="/docs/events/#OrderPlaced.v2">2</a>')
    expect(page('')).toContain('Others that emit')
    expect(page('')).toContain('<a href="/docs/#clean-up">clean-up</a>')
  } finally {
    rmSync(shops, { recursive: true })
  }
})
